using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>
/// A service as a fluid, without chance: what is in flight leaves at the rate min(in flight / bare latency, capacity), what arrives finds a permit or is refused.
/// Times are seconds, rates requests a second.
/// </summary>
internal sealed class FluidPlant(double bare, double capacity)
{
    private double _blocked;
    private double _ended;

    /// <summary>The latency of a request that waits for nobody.</summary>
    public double Bare { get; set; } = bare;

    public double Capacity { get; set; } = capacity;

    public double Demand { get; set; }

    /// <summary>The share by which each request in flight above twice the knee slows the service down.</summary>
    public double Tax { get; set; }

    /// <summary>How every request ends.</summary>
    public AdmissionOutcome Outcome { get; set; }

    /// <summary>What the host's witness says of a latency; nobody when null.</summary>
    public Func<double, double>? HostDelay { get; set; }

    public double InFlight { get; private set; }

    /// <summary>Successes a second in the last window.</summary>
    public double Rate { get; private set; }

    public static FluidPlant Of(double bare, double capacity, double demand) => new(bare, capacity) { Demand = demand };

    /// <summary>Lets a rule regulate the plant for a time.</summary>
    /// <param name="rule">The rule at the start.</param>
    /// <param name="seconds">For how long, and until the last window ends.</param>
    /// <param name="watch">Sees the rule after each window, and the window.</param>
    public KneeLimit Run(KneeLimit rule, double seconds, Action<KneeLimit, LimitWindow>? watch = null)
    {
        for (double time = 0; time < seconds;)
        {
            LimitWindow window = Next(rule.Limit, rule.NextWindow!.Value);
            time += window.Duration.TotalSeconds;
            rule = (KneeLimit)rule.After(window);
            watch?.Invoke(rule, window);
        }

        return rule;
    }

    /// <summary>The next window under a limit. One minute at most, however few end.</summary>
    public LimitWindow Next(double limit, LimitWindowSize size)
    {
        double step = Math.Min(0.001, Bare / 20);
        double time = 0, inFlightTime = 0, ended = 0;
        int permits = (int)limit;
        while (time < 60 && (time < size.MinDuration.TotalSeconds || ended + _ended < size.MinSamples))
        {
            double leaves = Math.Min(InFlight / Bare, Capacity / (1 + (Tax * Math.Max(0, InFlight - (2 * Capacity * Bare))))) * step;
            InFlight -= leaves;
            ended += leaves;
            double enters = Math.Min(Demand * step, Math.Max(0, permits - InFlight));
            InFlight += enters;
            _blocked += (Demand * step) - enters;
            inFlightTime += InFlight * step;
            time += step;
        }

        return Close(time, inFlightTime, ended, size.LateAfter.TotalSeconds);
    }

    private LimitWindow Close(double time, double inFlightTime, double ended, double lateAfter)
    {
        double latency = inFlightTime / Math.Max(ended, 1e-9);
        int ends = Whole(ref _ended, ended);
        bool isIgnored = Outcome == AdmissionOutcome.Ignored;
        Rate = Outcome == AdmissionOutcome.Success ? ended / time : 0;
        return new LimitWindow
        {
            Duration = TimeSpan.FromSeconds(time),
            Samples = isIgnored ? 0 : ends,
            LatencySamples = isIgnored ? 0 : ends,
            Overloaded = Outcome == AdmissionOutcome.Overloaded ? ends : 0,
            Ignored = isIgnored ? ends : 0,
            MeanLatency = isIgnored ? TimeSpan.Zero : TimeSpan.FromSeconds(latency),
            MinLatency = isIgnored ? TimeSpan.Zero : TimeSpan.FromSeconds(latency),
            MaxInFlight = (int)Math.Ceiling(InFlight),
            MeanInFlight = inFlightTime / time,
            InFlight = (int)Math.Round(InFlight),
            Blocked = Whole(ref _blocked, 0),
            HostDelay = HostDelay is { } delay ? TimeSpan.FromSeconds(delay(latency)) : null,
            Late = lateAfter > 0 && latency > lateAfter ? ends : 0,
        };
    }

    /// <summary>The whole requests so far; the fraction counts in a later window.</summary>
    private static int Whole(ref double rest, double more)
    {
        double all = rest + more;
        rest = all - Math.Floor(all);
        return (int)all;
    }
}
