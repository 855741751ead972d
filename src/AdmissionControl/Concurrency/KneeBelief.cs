namespace AdmissionControl.Concurrency;

/// <summary>What <see cref="KneeLimit"/> has learnt of the service and its load. Rates are requests a second, times are seconds.</summary>
internal readonly record struct KneeBelief
{
    // An estimate takes in a hundred requests, a second, or two latencies, whichever is longest: enough to tell overload from chance, soon enough to follow a change.
    internal const double Memory = 100;
    private const double MemoryLatencies = 2;

    // Fewer ends in a window say little, however few windows there are.
    internal const int FewestEnds = 20;

    // Who is blocked is judged over three times as long: near the capacity it comes in waves, and the limit should not swing with them.
    private const double BlockedMemory = 3;

    // The busiest moment of the last few seconds decides what a burst may bring.
    private const double PeakSeconds = 5;

    // Where so many are blocked, the limit decides what is served, not the arrivals.
    internal const double Bound = 0.05;

    // Lateness is judged over two hundred requests; what was taken back for it is given again over three thousand.
    private const double LateMemory = 200;
    private const double ForgivenAfter = 3000;
    private const double LateAllowed = 0.02;
    private const double LateGain = 2;
    private const double MostOfIt = 0.7;
    private const double LargestCut = 0.3;
    internal const double LeastSlack = 0.05;
    private const double MostSlack = 1.5;

    public KneeBelief()
    {
    }

    /// <summary>Successes a second.</summary>
    public double Rate { get; init; }

    /// <summary>Requests a second that ended, the most in the last few seconds.</summary>
    public double Peak { get; init; }

    /// <summary>The share of the arrivals that finds no permit.</summary>
    public double Blocked { get; init; }

    /// <summary>The share of the arrivals that is more than what ends. The same in the long run, and already there while a raised limit fills.</summary>
    public double Excess { get; init; }

    /// <summary>The share of the answers that is late.</summary>
    public double Late { get; init; }

    /// <summary>The least mean latency of a window so far; zero before the first success.</summary>
    public double LeastLatency { get; init; }

    /// <summary>The same of windows that tell of the long requests, too; zero before the first. Few ends do not, nor do those of a window after which many are still in flight.</summary>
    public double LeastSettled { get; init; }

    /// <summary>The latency of a request that waits for nobody; zero as long as nothing is known.</summary>
    public double BareLatency { get; init; }

    /// <summary>Whether a trial has shown that the bare latency is one: fewer in flight did not make it shorter.</summary>
    public bool IsProven { get; init; }

    /// <summary>The rate when the bare latency was last tried; it follows the rate upwards.</summary>
    public double ProvenRate { get; init; }

    /// <summary>The rate in the long run since the last trial.</summary>
    public KneeLongRate LongRate { get; init; }

    /// <summary>What has piled up while nobody is blocked.</summary>
    public KneeStrain Strain { get; init; }

    /// <summary>The share of the allowance that lateness leaves: above 1 where nobody is late, somebody is blocked and more would raise the limit.</summary>
    public double Slack { get; init; } = 1;

    /// <summary>How long the latency has been beyond what the objective bears.</summary>
    public double LateFor { get; init; }

    /// <summary>
    /// How long the host has said that most of the latency is a wait for its own processors, while the belief has it that most of it is bare: a dependency that was slow when that was tried has
    /// become fast again. Below zero for as long as the host is not heard, because a trial has just shown otherwise.
    /// </summary>
    public double ContradictedFor { get; init; }

    /// <summary>Windows since the limit was raised by much, or a trial ended; -1 for one that may be too short to show what the raise brought, and is not read for the rate.</summary>
    public int Windows { get; init; }

    /// <summary>Whether the last window was read for the rate.</summary>
    public bool IsRead => Windows > 0;

    /// <summary>Permits in flight at the end of the last window.</summary>
    private int InFlight { get; init; }

    /// <summary>The permits that keep all parts of the service busy: the bandwidth-delay product.</summary>
    public double Knee => Rate * BareLatency;

    /// <summary>What of the arrivals the headroom goes by.</summary>
    public double Surplus => Math.Max(Blocked, Excess);

    /// <summary>Whether so many are blocked that the limit decides what is served, not the arrivals.</summary>
    public bool IsBound => Blocked > Bound;

    /// <summary>The belief after a window under a steady limit.</summary>
    /// <param name="readings">The window.</param>
    /// <param name="usesAllowance">Whether less allowance would lower the limit, so that lateness can be its fault.</param>
    /// <param name="wantsAllowance">Whether more allowance would raise it.</param>
    public KneeBelief After(in KneeReadings readings, bool usesAllowance, bool wantsAllowance)
    {
        double weight = 1 - Math.Exp(-Math.Min(readings.Seconds / Math.Max(1, MemoryLatencies * readings.Latency), readings.Ends / Memory));
        double blockedWeight = 1 - Math.Pow(1 - weight, 1 / BlockedMemory);
        double rateWeight = Windows < 0 ? 0 : Math.Max(weight, Math.Min(1, readings.Ends / FewestEnds) / (Windows + 1));
        double rate = Rate == 0 ? readings.Rate : Rate + (rateWeight * (readings.Rate - Rate));
        double lateWeight = Math.Min(1, readings.Ends / LateMemory);
        double late = Late + (lateWeight * (readings.Late - Late));
        bool isLeast = readings.Rate > 0 && (LeastLatency == 0 || (readings.Latency < LeastLatency && readings.Ends >= FewestEnds));
        return this with
        {
            Rate = rate,
            LongRate = Windows < 0 ? LongRate : LongRate.After(readings, IsBound),
            Strain = Strain.After(readings, Excess > Bound && !IsBound),
            Peak = Math.Max(readings.EndRate, Peak * Math.Exp(-readings.Seconds / PeakSeconds)),
            Blocked = Blocked + (blockedWeight * (readings.Blocked - Blocked)),
            Excess = Excess + (blockedWeight * (readings.Excess(Windows > 0 ? InFlight : readings.InFlight) - Excess)),
            InFlight = readings.InFlight,
            Late = late,
            LeastLatency = isLeast ? readings.Latency : LeastLatency,
            LeastSettled = readings.Rate > 0 && readings.Ends >= FewestEnds && readings.IsSettled && (LeastSettled == 0 || readings.Latency < LeastSettled) ? readings.Latency : LeastSettled,
            ProvenRate = BareLatency > 0 && Windows > 2 && rate > ProvenRate ? ProvenRate + (0.1 * rateWeight * (rate - ProvenRate)) : ProvenRate,
            Slack = NextSlack(late, lateWeight, readings, usesAllowance, wantsAllowance),
            ContradictedFor = IsContradicted(readings) ? ContradictedFor + readings.Seconds : Math.Min(0, ContradictedFor + readings.Seconds),
            Windows = Windows + 1,
        };
    }

    private bool IsContradicted(in KneeReadings readings) =>
        readings.HostDelay > MostOfIt * readings.Latency && readings.Latency < 2 * BareLatency;

    private double NextSlack(double late, double weight, in KneeReadings readings, bool usesAllowance, bool wantsAllowance)
    {
        if (late > LateAllowed && usesAllowance)
        {
            return Math.Max(LeastSlack, Slack * (1 - Math.Min(LargestCut, LateGain * (late - LateAllowed) * weight)));
        }

        bool mayGrow = late < LateAllowed / 2 && (Slack < 1 || (wantsAllowance && readings.Blocked > 0));
        return mayGrow ? Math.Min(MostSlack, Slack * Math.Exp(readings.Ends / ForgivenAfter)) : Slack;
    }
}
