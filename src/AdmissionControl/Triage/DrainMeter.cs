namespace AdmissionControl.Triage;

/// <summary>How fast a queue drains: what is handed out while somebody waits, over the time during which somebody does, however short each while is.</summary>
/// <remarks>Not thread-safe: used under the queue's lock.</remarks>
internal sealed class DrainMeter
{
    private const long Second = 1_000_000_000;
    private const long Fewest = Second / 10;
    private const long Longest = Second;
    private const int FewestGrants = 16;

    // Each measurement counts for a quarter: bounds in time depend on it, and should follow soon.
    private const double Kept = 3.0 / 4;

    private bool _isBusy;
    private long _busySince;
    private long _busy;
    private int _grants;
    private long _cost;

    /// <summary>Permits a second; 0 while unknown.</summary>
    public double Rate { get; private set; }

    /// <summary>Somebody waits.</summary>
    public void Start(long now)
    {
        if (!_isBusy)
        {
            _isBusy = true;
            _busySince = now;
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Stop(long now)
    {
        if (_isBusy)
        {
            Look(now);
            _isBusy = false;
        }
    }

    /// <summary>The same, but since when is not known: the time since the last look does not count.</summary>
    public void Abandon() => _isBusy = false;

    public void Granted(int cost)
    {
        _grants++;
        _cost += cost;
    }

    /// <summary>Takes what has been measured so far, if it is enough. Called while somebody waits.</summary>
    public void Look(long now)
    {
        _busy += now - _busySince;
        _busySince = now;
        if ((_busy >= Fewest && _grants >= FewestGrants) || _busy >= Longest)
        {
            double rate = _cost * (double)Second / _busy;
            Rate = Rate == 0 ? rate : (Kept * Rate) + ((1 - Kept) * rate);
            _busy = _cost = 0;
            _grants = 0;
        }
    }
}
