using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>Envoy's gradient controller: the limit follows the ratio of a latency measured with next to no load to the latency now.</summary>
/// <remarks>
/// Every 60 s, up to 15% later, the limit falls to 3 until 50 requests that began meanwhile have ended: their median is the least latency m, and the limit is as
/// before. Otherwise every 0.1 s, with the median latency r of what ended meanwhile, if anything did:
/// <code>
/// g  = clamp(1.25 m/r, 0.5, 2)
/// L' = clamp(floor(L g + sqrt(L g)), 3, 1000)
/// </code>
/// When five such steps in a row leave the limit at 3, m is measured at once. Source: envoyproxy/envoy,
/// <c>source/extensions/filters/http/adaptive_concurrency/controller/gradient_controller.cc</c>, with its defaults, and the 0.1 s and 60 s of its documentation.
/// Every answer is a sample, a cancelled request is none. Deviations: exact medians; the first measurement ends at the scenario's initial limit, not
/// at 3.
/// </remarks>
/// <param name="settings">The options.</param>
/// <param name="initial">The limit after the first measurement.</param>
/// <param name="random">Draws the jitter of the measurements.</param>
internal sealed class EnvoyArm(EnvoySettings settings, int initial, Random random) : CountingArm
{
    private const long Microsecond = VirtualTime.Second / 1_000_000;
    private const long Millisecond = VirtualTime.Second / 1_000;
    private const int MaxConsecutiveMin = 5;

    private readonly LatencySamples _samples = new();
    private int _limit = settings.MinConcurrency;

    // Above zero while the least latency is measured.
    private int _limitBefore = Math.Clamp(initial, settings.MinConcurrency, settings.MaxConcurrency);
    private long _measureAt = long.MaxValue;
    private long _epoch;
    private long _updateAt = settings.UpdateInterval;
    private int _consecutiveMin;

    public override double Limit => _limit;

    /// <summary>The latency with next to no load, microseconds; zero before it is known.</summary>
    public long LeastLatency { get; private set; }

    /// <summary>Whether the least latency is measured just now.</summary>
    public bool IsMeasuring => _limitBefore > 0;

    /// <summary>Does what the timers of the original would have done until now. Between two requests nothing looks at the limit, so it need not be done earlier.</summary>
    public void RunTimers(long now)
    {
        while (Math.Min(_measureAt, _updateAt) <= now)
        {
            if (_measureAt <= _updateAt)
            {
                StartMeasuring(_measureAt);
            }
            else
            {
                Update();
            }
        }
    }

    protected override bool HasRoom(long now)
    {
        RunTimers(now);
        return base.HasRoom(now);
    }

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
        RunTimers(now);
        if (outcome == AdmissionOutcome.Ignored || admission.AdmittedAt < _epoch)
        {
            return;
        }

        _samples.Add((now - admission.AdmittedAt) / Microsecond);
        if (IsMeasuring && _samples.Count >= settings.RequestCount)
        {
            EndMeasuring(now);
        }
    }

    private void StartMeasuring(long now)
    {
        _limitBefore = _limit;
        _limit = settings.MinConcurrency;
        _samples.Clear();
        _epoch = now;
        _measureAt = long.MaxValue;
        _updateAt = long.MaxValue;
        _consecutiveMin = 0;
    }

    private void EndMeasuring(long now)
    {
        LeastLatency = TakeMedian();
        _limit = _limitBefore;
        _limitBefore = 0;
        long jitter = (long)Math.Ceiling(settings.MeasureInterval / Millisecond * settings.Jitter);
        _measureAt = now + settings.MeasureInterval + (jitter > 0 ? random.NextInt64(jitter) * Millisecond : 0);
        _updateAt = now + settings.UpdateInterval;
    }

    private void Update()
    {
        long now = _updateAt;

        // In the first measurement the timer of the updates is left to run out, as in the original.
        _updateAt = IsMeasuring ? long.MaxValue : now + settings.UpdateInterval;
        if (IsMeasuring || _samples.Count == 0)
        {
            return;
        }

        double gradient = Math.Clamp(LeastLatency * (1 + settings.Buffer) / Math.Max(1, TakeMedian()), 0.5, 2);
        double target = _limit * gradient;
        int next = Math.Clamp((int)(target + Math.Sqrt(target)), settings.MinConcurrency, settings.MaxConcurrency);
        _consecutiveMin = _limit == settings.MinConcurrency && next == settings.MinConcurrency ? _consecutiveMin + 1 : 0;
        _limit = next;
        if (_consecutiveMin >= MaxConsecutiveMin)
        {
            _measureAt = now;
        }
    }

    private long TakeMedian()
    {
        long median = _samples.Quantile(0.5);
        _samples.Clear();
        return median;
    }
}
