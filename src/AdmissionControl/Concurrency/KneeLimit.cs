namespace AdmissionControl.Concurrency;

/// <summary>The default: keeps in flight what the service can work on at once, and a little more, and finds out by short trials how much that is.</summary>
/// <remarks>
/// <para>
/// With rate X (successes a second), bare latency R (of a request that waits for nobody), the share B of the arrivals that is blocked or too many, and objective O:
/// <code>
/// knee       K = X R                                          what keeps all parts of the service busy (Little's law)
/// least room M = max(2, 1.5 sqrt(1.15 K))                     so that chance does not leave them idle
/// headroom   H = max(M, 1.7 / -ln(1 - B))                     the less, the more are blocked
/// allowance  A = 0.6 S O X                                    what can be answered in time; S follows the share of late answers
/// limit      L = 1.15 K + min(H, max(M, A - 1.15 K))          while R is unknown: A; until a trial goes below it, at least the initial limit
/// </code>
/// While nobody is blocked H is boundless and the limit is the allowance: a burst that can still be answered in time is not overload. The more are blocked, the less headroom: in
/// a queue of limited length, of which a share B of the arrivals is turned away, the odds that it is empty fall by a factor 1 - B with each place.
/// </para>
/// <para>
/// R is measured, never remembered from quiet times: when many are blocked and R is unknown, old or in doubt, the limit is halved for some 64 requests (a trial).
/// If as many are served as before, the latency was our own queue, and the limit stays down; if as many less, it belongs to the work, and R is limit / rate there. Nobody's
/// slow dependency is taken for a queue, and no limit that was too high at the start can poison what is remembered. Once R is known and not in doubt, trials take less than one percent of the time.
/// While nobody is blocked, a trial is made at once when answers are late and nothing is proven yet; and, if one is due again, when more arrive than are served and the rate falls all the while: a service that is
/// slowed down by those that wait in it.
/// </para>
/// <para>
/// Sources: L. Kleinrock, "Power and deterministic rules of thumb for probabilistic problems in computer communications" (1979), for the knee; N. Cardwell et al., "BBR:
/// congestion-based congestion control" (2016), for rate and bare latency as separate estimates, measured at different times; S. Halfin and W. Whitt (1981) for the square root. The derivation, the figures
/// and where the rule is weak: docs/adaptive-limits.md. Immutable.
/// </para>
/// </remarks>
public sealed partial record KneeLimit : ILimitAlgorithm
{
    // More than the knee, because the estimate errs, and below the knee every permit that lacks costs its share of the rate.
    private const double Gain = 1.15;

    // e^-1.7: the odds of an empty queue that we bear.
    private const double Idleness = 1.7;
    private const double Staffing = 1.5;
    private const double FewestWaiting = 2;

    // What may wait uses 0.6 of the objective, so that 0.4 remain for the work and its variation.
    private const double AllowanceShare = 0.6;
    private const double AutomaticObjective = 8;

    // The objective is at risk when what is in flight takes 0.8 of it, for a second: longer than a pause. Of a short objective six: in a second of overload a fast service gets too far.
    private const double AtRisk = 0.8;
    private const double LongestPatience = 1;
    private const double PatientObjectives = 6;

    // A trial is due again after so long that trials take 0.7% of the time; in a twentieth of that when less is served than has been since the last one. After a first or doubtful one it is due sooner.
    // A doubt is heeded only so often.
    private const double TrialShare = 0.007;
    private const double FallenShare = 0.05;
    private const double SoonAgain = 10;
    private const double DoubtAgain = 5;
    private const int TrialSamples = 64;
    private const int MostTrialSamples = 256;
    private const int MostRunOff = 64;

    // In mean latencies: most have left after two.
    private const double LongestDrain = 20;
    private const double LeastLongest = 2;

    // In latencies of all that are in flight.
    private const double LongestReference = 2;

    // 0.72 = 0.5 / ln 2: where the rate at half the limit is as likely under "as many are served" as under "half as many".
    private const double FlatShare = 0.72;
    private const double Noise = 1.4;
    private const double Same = 0.85;
    private const double Collapse = 1.15;
    private const double Lost = 1.6;

    // The host must contradict for so long, seconds: single delays are noisy.
    private const double Contradiction = 2;
    private const double DoubtfulLateness = 0.1;

    private const double Fastest = 0.1;
    private const double FastestInTrial = 0.01;
    private const double LongestMinimum = 60;
    private const double LargestGrowth = 1.5;

    // A raise beyond this share makes the estimates before it worthless. So it is also as much as the limit grows in one turn where a trial has shown that each permit is at work, as long as the
    // rate follows.
    private const double LargeRaise = 1.2;
    private const double Follows = 0.85;

    // Twice the least latency seen: more than chance, and so a queue, or slower work.
    private const double Risen = 2;

    // Whether a small limit may be doubled, few ends tell.
    private const double TurnsOfFew = 2;
    private const double FewestOfFew = 4;

    internal static readonly TimeSpan ShortestObjective = TimeSpan.FromMilliseconds(1);
    internal static readonly TimeSpan LongestObjective = TimeSpan.FromHours(1);

    private readonly LimitRange _range;
    private readonly double _objective;

    /// <summary>The rule at its initial limit.</summary>
    /// <param name="range">Start and bounds; 20, 1 to 10000 when null.</param>
    /// <param name="objective">
    /// The latency after which an answer is worth little, as its client sees it: from 1 ms to 1 hour. Null to take eight times the bare latency. It says how
    /// long a burst may wait; the rest is measured.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The objective is out of its range.</exception>
    public KneeLimit(LimitRange? range = null, TimeSpan? objective = null)
    {
        if (objective is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, ShortestObjective, nameof(objective));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(given, LongestObjective, nameof(objective));
        }

        _range = range ?? new LimitRange(initial: 20, min: 1, max: 10_000);
        _objective = objective?.TotalSeconds ?? 0;
        Limit = _range.Initial;
        Floor = _range.Initial;
        NextWindow = SteadyWindow(EndsFor(Limit));
    }

    /// <inheritdoc/>
    public double Limit { get; private init; }

    /// <inheritdoc/>
    public int MaxLimit => _range.Max;

    /// <inheritdoc/>
    public LimitWindowSize? NextWindow { get; private init; }

    /// <summary>The latency of a request that waits for nobody, as the last trial has shown; zero before the first.</summary>
    public TimeSpan BareLatency => TimeSpan.FromSeconds(Belief.BareLatency);

    /// <summary>The objective in force: the one given, or eight times the bare latency, or, before a trial has proven that, eight times the least latency of a window; zero before the first window.</summary>
    public TimeSpan Objective => TimeSpan.FromSeconds(ObjectiveSeconds);

    private KneeBelief Belief { get; init; } = new();

    private KneeTrial? Trial { get; init; }

    // What the limit starts from, as long as no trial went below it.
    private double Floor { get; init; }

    // A trial has shown that each permit is at work, and the rate has followed the limit since.
    private bool IsBelowKnee { get; init; }

    private double SinceTrial { get; init; }

    private double NextTrial { get; init; }

    private double NextDoubt { get; init; }

    private bool WantsAllowance { get; init; }

    private double ObjectiveSeconds => (_objective, Belief.IsProven) switch
    {
        ( > 0, _) => _objective,
        (_, true) => Math.Min(AutomaticObjective * Belief.BareLatency, LongestObjective.TotalSeconds),
        _ => Math.Min(AutomaticObjective * Belief.LeastLatency, LongestObjective.TotalSeconds),
    };

    private double Patience => ObjectiveSeconds > 0 ? Math.Min(LongestPatience, PatientObjectives * ObjectiveSeconds) : LongestPatience;

    private double Knee => Gain * Belief.Knee;

    private double LeastHeadroom => Math.Max(FewestWaiting, Staffing * Math.Sqrt(Knee));

    private double Headroom => Belief.Surplus > 1e-6 ? Math.Max(LeastHeadroom, Idleness / -Math.Log(1 - Math.Min(0.999, Belief.Surplus))) : double.PositiveInfinity;

    /// <inheritdoc/>
    public ILimitAlgorithm After(in LimitWindow window)
    {
        KneeReadings readings = KneeReadings.Of(window);
        if (Trial is not { } trial)
        {
            return Regulate(readings);
        }

        bool isLow = trial.Step is KneeTrialStep.Settle or KneeTrialStep.Measure;
        trial = trial with { LowSeconds = trial.LowSeconds + (isLow ? readings.Seconds : 0), Seconds = trial.Seconds + readings.Seconds };
        return readings.Ends < NextWindow!.Value.MinSamples ? GiveUp(trial) : GoOn(trial, readings);
    }

    private KneeLimit Regulate(in KneeReadings readings)
    {
        KneeLimit now = this with
        {
            Belief = Belief.After(readings, usesAllowance: Limit > Knee + LeastHeadroom + 1, WantsAllowance),
            SinceTrial = SinceTrial + readings.Seconds,
        };
        KneeBelief belief = now.Belief;
        double forecast = Math.Max(readings.Latency, readings.InFlight / Math.Max(1e-9, Math.Max(readings.Rate, belief.Rate)));
        belief = belief with { LateFor = forecast > AtRisk * now.ObjectiveSeconds ? belief.LateFor + readings.Seconds : 0 };
        bool isAtRisk = !belief.IsProven && belief.LateFor > now.Patience;
        double flow = belief.IsBound || belief.LateFor > 0 ? Math.Max(belief.Rate, readings.EndRate) : belief.Peak;
        double allowance = belief.Slack * AllowanceShare * now.ObjectiveSeconds * flow;
        now = now with
        {
            Belief = belief,

            // What an automatic objective does not call late may be late all the same, so that its allowance does not grow.
            WantsAllowance = _objective > 0 && (belief.BareLatency == 0 || allowance - now.Knee < now.Headroom),
        };
        now = now with { IsBelowKnee = IsBelowKnee && belief.IsBound && (!belief.IsRead || readings.Rate * belief.BareLatency > Follows * Limit) };
        double target = now.Aim(readings, allowance, forecast, isAtRisk);
        bool isUrgent = isAtRisk || (belief.Strain.IsCollapse && now.SinceTrial > now.NextTrial);
        if (now.MayTry(readings, target, isUrgent, out bool isDoubtful) && now.TryTrial(readings, allowance, isDoubtful, isUrgent, out KneeLimit? trying))
        {
            return trying;
        }

        // Failing fast is not being fast: it raises no limit.
        double limit = _range.Clamp(Math.Min(target, readings.IsFailing ? Limit : (Limit * LargestGrowth) + 1));
        return now with
        {
            Limit = limit,
            Belief = limit > Limit * LargeRaise ? belief with { Windows = belief.IsBound && 2 * readings.Latency > Fastest ? -1 : 0 } : belief,
            NextWindow = now.SteadyWindow(belief.IsBound ? Math.Max(EndsFor(limit), Turn(limit, readings)) : KneeBelief.FewestEnds),
        };
    }

    /// <summary>Whether a latency is well above the least. Where nobody has said how long may be waited, it is the least of all: what grows may be a queue already.</summary>
    private bool HasRisen(double latency)
    {
        double least = _objective > 0 ? Belief.LeastSettled : Belief.LeastLatency;
        return least > 0 && latency > Risen * least;
    }

    /// <summary>Each permit once. While the bare latency is unknown, of those that will be in flight: what a raise brings has to show before the next one.</summary>
    private double Turn(double limit, in KneeReadings readings) => Math.Min(
        limit, Belief.BareLatency > 0 ? readings.Population : Math.Max(readings.Population, readings.InFlight * Math.Max(1, limit / Limit)));

    /// <summary>The least that a window must hold. At seconds each, twenty requests under a limit of one are minutes.</summary>
    private double EndsFor(double limit) =>
        _objective > 0 && Belief.BareLatency == 0 ? Math.Clamp(TurnsOfFew * limit, FewestOfFew, KneeBelief.FewestEnds) : KneeBelief.FewestEnds;

    /// <summary>What the limit is to be, as what the last change has brought allows.</summary>
    private double Aim(in KneeReadings readings, double allowance, double forecast, bool isAtRisk)
    {
        double target = Target(allowance, isAtRisk);
        if (IsBelowKnee)
        {
            target = Math.Max(target, Belief.IsRead ? Math.Min(LargeRaise * Limit, allowance) : Limit);
        }

        // More in flight may only wait longer. Whose fault that is, a trial has to say before the limit rises further.
        bool maySwell = Belief.BareLatency > 0 || !readings.IsBlocking || !HasRisen(readings.Ends < KneeBelief.Memory ? readings.Latency : forecast);
        return maySwell ? target : Math.Min(target, Limit);
    }

    /// <summary>What the limit is to be, by what is known.</summary>
    private double Target(double allowance, bool isAtRisk)
    {
        double floor = Floor * Math.Min(1, Belief.Slack);
        if (Belief.BareLatency == 0)
        {
            return isAtRisk ? Math.Min(Limit, Math.Max(allowance, 4)) : Math.Max(floor, allowance);
        }

        double target = Belief.IsProven
            ? Knee + Math.Min(Headroom, Math.Max(LeastHeadroom, allowance - Knee))
            : Math.Max(4, Math.Min(allowance, Knee + Headroom));
        return Belief.IsBound || isAtRisk ? target : Math.Max(target, Math.Min(Limit, floor));
    }

    /// <summary>Whether a trial is due. While nobody is blocked none can tell anything, unless one is urgent.</summary>
    private bool MayTry(in KneeReadings readings, double target, bool isUrgent, out bool isDoubtful)
    {
        KneeBelief belief = Belief;
        bool isUnknown = belief.BareLatency == 0;
        isDoubtful = (isUnknown && (target < Limit * 1.1 || HasRisen(readings.Latency)))
            || target < Limit / LargestGrowth
            || (!isUnknown && !belief.IsProven)
            || belief.Rate < belief.ProvenRate / Lost
            || (!isUnknown && belief.Late > DoubtfulLateness)
            || belief.ContradictedFor > Contradiction;
        double next = NextTrial * (belief.LongRate.HasFallen ? FallenShare : 1);
        bool isDue = readings.IsBlocking && belief.IsBound && belief.Windows > 2 && (SinceTrial > next || (isDoubtful && SinceTrial > NextDoubt));
        return isDue || (isUrgent && readings.Population > 2);
    }

    /// <summary>The rate known so far, unless a new measurement is beyond what chance makes of it.</summary>
    private double Fresh(double rate) => rate < Belief.Rate * Noise && rate > Belief.Rate / Noise ? Belief.Rate : rate;

    /// <summary>
    /// No longer than the objective, or a second, when anybody is blocked: what is that late must be known, whether it has ended or not. While nothing is proven and nobody blocked, it ends as soon as
    /// so many are in flight that the objective is at risk: a service that slows down under many ends few.
    /// </summary>
    private LimitWindowSize SteadyWindow(double samples, double seconds = Fastest)
    {
        LimitWindowSize window = Window(seconds, samples);
        TimeSpan longest = TimeSpan.FromSeconds(Math.Max(LongestPatience, ObjectiveSeconds));
        return window with
        {
            MaxDuration = ObjectiveSeconds == 0 ? TimeSpan.Zero : longest > window.MinDuration ? longest : window.MinDuration,
            MaxInFlight = !Belief.IsProven && !Belief.IsBound && Belief.Rate > 0
                ? (int)Math.Clamp(AtRisk * ObjectiveSeconds * Belief.Rate, KneeBelief.FewestEnds, int.MaxValue)
                : 0,
        };
    }

    private LimitWindowSize Window(double seconds, double samples) =>
        new(TimeSpan.FromSeconds(Math.Min(seconds, LongestMinimum)), (int)samples) { LateAfter = TimeSpan.FromSeconds(ObjectiveSeconds) };
}
