using Storefront.Measuring;
using Storefront.Wire;

namespace Storefront.Crowd;

/// <summary>What happened in a phase or in an interval, by class and in total. Safe for concurrent use.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly ClassLedger[] _classes = [.. Enum.GetNames<RequestClass>().Select(name => new ClassLedger(name.ToLowerInvariant()))];
    private readonly ClassLedger _total = new("total");
    private readonly Latencies _lateness = new();
    private int _open;

    /// <summary>Visits without an end yet.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>A visit begins, this much later than intended.</summary>
    public void Offer(RequestClass requestClass, bool isRetry, TimeSpan lateness)
    {
        lock (_lock)
        {
            _open++;
            _classes[(int)requestClass].Offer(isRetry);
            _total.Offer(isRetry);
            _lateness.Record(lateness);
        }
    }

    public void Answer(RequestClass requestClass, Answer answer, TimeSpan latency)
    {
        lock (_lock)
        {
            _open--;
            _classes[(int)requestClass].Answer(answer, latency);
            _total.Answer(answer, latency);
        }
    }

    /// <summary>Figures since the last call of this method.</summary>
    public CrowdFigures Take(TimeSpan since)
    {
        lock (_lock)
        {
            CrowdFigures taken = new([.. _classes.Select(c => c.Figures())], _total.Figures(), since.TotalSeconds);
            foreach (ClassLedger ledger in _classes.Append(_total))
            {
                ledger.Reset();
            }

            _lateness.Reset();
            return taken;
        }
    }

    public PhaseFigures Figures(Phase phase, (long Stalls, TimeSpan Worst) stalls)
    {
        lock (_lock)
        {
            GeneratorFigures generator = new(
                _lateness.PercentileMs(50), _lateness.PercentileMs(99), _lateness.MaxMs, stalls.Stalls, Math.Round(stalls.Worst.TotalMilliseconds, 1));
            return new PhaseFigures(phase, [.. _classes.Select(c => c.Figures())], _total.Figures(), generator);
        }
    }
}
