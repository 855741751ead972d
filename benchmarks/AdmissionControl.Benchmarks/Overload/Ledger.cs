namespace AdmissionControl.Benchmarks.Overload;

/// <summary>Counts what became of the requests of one span of time. Thread-safe.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly List<double> _servedMs = [];
    private readonly List<double> _latenessMs = [];
    private int _unsent;
    private int _refused;
    private int _failed;

    /// <summary>A request was due.</summary>
    /// <param name="lateness">How long ago.</param>
    /// <param name="isSent">False when too many were out already.</param>
    public void Due(TimeSpan lateness, bool isSent)
    {
        lock (_lock)
        {
            _latenessMs.Add(lateness.TotalMilliseconds);
            _unsent += isSent ? 0 : 1;
        }
    }

    /// <summary>A request that was sent has ended.</summary>
    /// <param name="answer">How.</param>
    /// <param name="latency">From when it was due, not from when it was sent: a generator that is held up hides nothing.</param>
    public void Ended(Answer answer, TimeSpan latency)
    {
        lock (_lock)
        {
            switch (answer)
            {
                case Answer.Served:
                    _servedMs.Add(latency.TotalMilliseconds);
                    break;
                case Answer.Refused:
                    _refused++;
                    break;
                default:
                    _failed++;
                    break;
            }
        }
    }

    public LoadFigures Figures(TimeSpan length, TimeSpan objective)
    {
        lock (_lock)
        {
            int good = _servedMs.Count(ms => ms <= objective.TotalMilliseconds);
            double offered = _latenessMs.Count;
            return new LoadFigures(
                OfferedPerSecond: offered / length.TotalSeconds,
                GoodputPerSecond: good / length.TotalSeconds,
                RefusedShare: offered == 0 ? 0 : _refused / offered,
                LostShare: offered == 0 ? 0 : (_unsent + _failed) / offered,
                AdmittedP50Ms: Percentile.Of(_servedMs, 0.5),
                AdmittedP99Ms: Percentile.Of(_servedMs, 0.99),
                LatenessP99Ms: Percentile.Of(_latenessMs, 0.99) ?? 0);
        }
    }
}
