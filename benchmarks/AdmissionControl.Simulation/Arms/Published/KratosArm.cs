using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>kratos' BBR: once the cores are busy, no more in flight than the largest rate of completions times the least latency of the last seconds.</summary>
/// <remarks>
/// Over the last 10 s in buckets of 0.1 s, the current one left out: p the most completions of a bucket, at least 1; m the least mean latency of a bucket, in
/// milliseconds rounded up, at least 1. Both are kept for one bucket.
/// <code>
/// limit = floor(p m x 10 / 1000 + 0.5)
/// refuse when in flight > 1, in flight > limit, and the cores' use >= 800 per mille or it first refused within the last second
/// </code>
/// Source: go-kratos/aegis, <c>ratelimit/bbr/bbr.go</c>, with its defaults; the use of the cores is <see cref="CpuAverage"/>. Latencies are cut to whole
/// milliseconds, and those below one are left out. Whatever ends counts, however it ends. It has no initial limit.
/// </remarks>
/// <param name="cpu">The use of the cores, per mille.</param>
/// <param name="window">What it looks back on, nanoseconds.</param>
/// <param name="buckets">In how many parts.</param>
internal sealed class KratosArm(Func<int> cpu, long window = 10 * VirtualTime.Second, int buckets = 100) : CountingArm
{
    private const int BusyCpu = 800;
    private const long Cooling = VirtualTime.Second;
    private const long Millisecond = VirtualTime.Second / 1000;

    private readonly long _bucket = window / buckets;
    private readonly RollingBuckets _passed = new(buckets, window / buckets);
    private readonly RollingBuckets _latencies = new(buckets, window / buckets);
    private long _computedAt = long.MinValue;
    private long _firstRefusal;
    private long _largest;
    private bool _isRefusing;

    /// <summary>The limit; infinite while the cores are not busy and nothing was refused just now.</summary>
    public override double Limit => cpu() >= BusyCpu || _isRefusing ? _largest : double.PositiveInfinity;

    /// <summary>What is known of requests that have ended; a test says it, a run learns it.</summary>
    public void Record(long now, int passed, IEnumerable<long> milliseconds)
    {
        for (int index = 0; index < passed; index++)
        {
            _passed.Add(now, 1);
        }

        foreach (long latency in milliseconds)
        {
            _latencies.Add(now, latency);
        }
    }

    /// <summary>The most that may be in flight when the cores are busy.</summary>
    public long LargestInFlight(long now)
    {
        if (_computedAt < 0 || now - _computedAt >= _bucket)
        {
            _computedAt = now;
            long passed = (long)_passed.LargestSum(now, otherwise: 1);
            double least = Math.Ceiling(_latencies.LeastMean(now));
            long latency = double.IsInfinity(least) ? 1 : Math.Max(1, (long)least);
            _largest = (long)(Math.Floor(passed * latency * (VirtualTime.Second / _bucket) / 1000.0) + 0.5);
        }

        return _largest;
    }

    /// <summary>Whether a request with so many others in flight is refused.</summary>
    public bool Refuses(long now, int inFlight)
    {
        bool isBusy = cpu() >= BusyCpu;
        if (!isBusy && (!_isRefusing || now - _firstRefusal > Cooling))
        {
            _isRefusing = false;
            return false;
        }

        bool refuses = inFlight > 1 && inFlight > LargestInFlight(now);
        if (refuses && !_isRefusing)
        {
            _isRefusing = true;
            _firstRefusal = now;
        }

        return refuses;
    }

    protected override bool HasRoom(long now) => !Refuses(now, InFlight);

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
        long latency = (now - admission.AdmittedAt) / Millisecond;
        if (latency > 0)
        {
            _latencies.Add(now, latency);
        }

        _passed.Add(now, 1);
    }
}
