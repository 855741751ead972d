using Storefront.Measuring;

namespace Storefront.LoadBalancer;

/// <summary>Counts and latencies of pings. Safe for concurrent use.</summary>
internal sealed class PingLedger
{
    private readonly Lock _lock = new();
    private readonly Latencies _latencies = new();
    private long _unanswered;
    private long _missed;

    /// <summary>A ping has ended; one without an answer counts at the time that was waited for it.</summary>
    public void Record(Ping ping)
    {
        lock (_lock)
        {
            _latencies.Record(ping.Latency);
            _unanswered += ping.Answered ? 0 : 1;
            _missed += ping.Succeeded ? 0 : 1;
        }
    }

    public PingFigures Take(bool reset)
    {
        lock (_lock)
        {
            PingFigures figures = new(_latencies.Count, _latencies.PercentileMs(99), _latencies.MaxMs, _unanswered, _missed);
            if (reset)
            {
                _latencies.Reset();
                (_unanswered, _missed) = (0, 0);
            }

            return figures;
        }
    }
}
