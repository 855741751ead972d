namespace AdmissionControl.Concurrency;

/// <summary>The default: keeps in flight what the service can work on at once, and a little more, and finds out by short trials how much that is.</summary>
/// <remarks>
/// <para>
/// With rate X (successes a second), bare latency R (of a request that waits for nobody), blocked share B (of the arrivals) and objective O:
/// <code>
/// knee       K = X R                               what keeps all parts of the service busy (Little's law)
/// headroom   H = max(1.5 sqrt K, 2.5 / -ln(1 - B)) so that chance does not leave them idle
/// allowance  A = 0.6 S O X                         what can be answered in time; S follows the share of late answers
/// limit      L = 1.15 K + min(H, A - 1.15 K)       while R is unknown: A, at least the initial limit
/// </code>
/// While nobody is blocked H is boundless and the limit is the allowance: a burst that can still be answered in time is not overload. The more are blocked, the less headroom: in
/// a queue of limited length, of which a share B of the arrivals is turned away, the odds that it is empty fall by a factor 1 - B with each place.
/// </para>
/// <para>
/// R is measured, never remembered from quiet times: when many are blocked and R is unknown, old or in doubt, the limit is halved for some 64 requests (a trial).
/// If as many are served as before, the latency was our own queue, and the limit stays down; if as many less, it belongs to the work, and R is limit / rate there. Nobody's
/// slow dependency is taken for a queue, and no limit that was too high at the start can poison what is remembered. Trials take less than one percent of the time.
/// </para>
/// <para>
/// Sources: L. Kleinrock, "Power and deterministic rules of thumb for probabilistic problems in computer communications" (1979), for the knee; N. Cardwell et al., "BBR:
/// congestion-based congestion control" (2016), for rate and bare latency as separate estimates, measured at different times; S. Halfin and W. Whitt (1981) for the square root. The derivation, the figures
/// and where the rule is weak: docs/adaptive-limits.md. Immutable.
/// </para>
/// </remarks>
public sealed record KneeLimit : ILimitAlgorithm
{
    // More than the knee, because the estimate errs, and below the knee every permit that lacks costs its share of the rate.
    private const double Gain = 1.15;

    // e^-2.5: the odds of an empty queue that we bear.
    private const double Idleness = 2.5;
    private const double Staffing = 1.5;
    private const double FewestWaiting = 2;

    // What may wait uses 0.6 of the objective, so that 0.4 remain for the work and its variation.
    private const double AllowanceShare = 0.6;
    private const double AutomaticObjective = 10;

    // The objective is at risk when what is in flight takes 0.8 of it, for a second: longer than a pause.
    private const double AtRisk = 0.8;
    private const double Patience = 1;

    // A trial is due again after so long that trials take 0.7% of the time; a first or doubtful one sooner; a doubt is heeded only so often.
    private const double TrialShare = 0.007;
    private const double SoonAgain = 10;
    private const double DoubtAgain = 5;
    private const int TrialSamples = 64;
    private const int MostTrialSamples = 256;
    private const int MostRunOff = 64;

    // In mean latencies: most have left after two.
    private const double LongestDrain = 20;

    // 0.72 = 0.5 / ln 2: where the rate at half the limit is as likely under "as many are served" as under "half as many".
    private const double FlatShare = 0.72;
    private const double Noise = 1.4;
    private const double Same = 0.85;
    private const double Collapse = 1.25;
    private const double Lost = 1.6;

    // The host must contradict for so long, seconds: single delays are noisy.
    private const double Contradiction = 2;
    private const double DoubtfulLateness = 0.1;

    private const double Fastest = 0.1;
    private const double FastestInTrial = 0.01;
    private const int FewestSamples = 20;
    private const int MostSamples = 1000;
    private const double LargestGrowth = 1.5;

    internal static readonly TimeSpan ShortestObjective = TimeSpan.FromMilliseconds(1);
    internal static readonly TimeSpan LongestObjective = TimeSpan.FromHours(1);

    private readonly LimitRange _range;
    private readonly double _objective;

    /// <summary>The rule at its initial limit.</summary>
    /// <param name="range">Start and bounds; 20, 1 to 10000 when null.</param>
    /// <param name="objective">
    /// The latency after which an answer is worth little, as its client sees it: from 1 ms to 1 hour. Null to take ten times the bare latency. It says how
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
        NextWindow = Window(Fastest, FewestSamples);
    }

    /// <inheritdoc/>
    public double Limit { get; private init; }

    /// <inheritdoc/>
    public int MaxLimit => _range.Max;

    /// <inheritdoc/>
    public LimitWindowSize? NextWindow { get; private init; }

    /// <summary>The latency of a request that waits for nobody, as the last trial has shown; zero before the first.</summary>
    public TimeSpan BareLatency => TimeSpan.FromSeconds(Belief.BareLatency);

    /// <summary>The objective in force: the one given, or ten times the bare latency, or, before a trial, ten times the least latency of a window; zero before the first window.</summary>
    public TimeSpan Objective => TimeSpan.FromSeconds(ObjectiveSeconds);

    private KneeBelief Belief { get; init; } = new();

    private KneeTrial? Trial { get; init; }

    // What the limit starts from, as long as no trial went below it.
    private double Floor { get; init; }

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

    private double Knee => Gain * Belief.Knee;

    private double LeastHeadroom => Math.Max(FewestWaiting, Staffing * Math.Sqrt(Knee));

    private double Headroom => Belief.Blocked > 1e-6 ? Math.Max(LeastHeadroom, Idleness / -Math.Log(1 - Math.Min(0.999, Belief.Blocked))) : double.PositiveInfinity;

    /// <inheritdoc/>
    public ILimitAlgorithm After(in LimitWindow window)
    {
        KneeReadings readings = KneeReadings.Of(window);
        return Trial is { } trial ? GoOn(trial with { Seconds = trial.Seconds + readings.Seconds }, readings) : Regulate(readings);
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
        bool isAtRisk = !belief.IsProven && belief.LateFor > Patience;
        double flow = belief.IsBound || belief.LateFor > 0 ? Math.Max(belief.Rate, readings.EndRate) : belief.Peak;
        double allowance = belief.Slack * AllowanceShare * now.ObjectiveSeconds * flow;
        now = now with { Belief = belief, WantsAllowance = belief.BareLatency == 0 || allowance - now.Knee < now.Headroom };
        double target = now.Target(allowance, isAtRisk);
        if (now.MayTry(readings, target, isAtRisk, out bool isDoubtful) && now.TryTrial(readings, allowance, isDoubtful, isAtRisk, out KneeLimit? trying))
        {
            return trying;
        }

        // Failing fast is not being fast: it raises no limit.
        double limit = _range.Clamp(Math.Min(target, readings.IsFailing ? Limit : (Limit * LargestGrowth) + 1));
        return now with
        {
            Limit = limit,
            Belief = limit > Limit * 1.2 ? belief with { Windows = 0 } : belief,
            NextWindow = now.Window(Fastest, belief.IsBound ? Math.Clamp(Math.Min(limit, readings.Population), FewestSamples, MostSamples) : FewestSamples),
        };
    }

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

    /// <summary>Whether a trial is due. While nobody is blocked none can tell anything, unless answers are late.</summary>
    private bool MayTry(in KneeReadings readings, double target, bool isAtRisk, out bool isDoubtful)
    {
        KneeBelief belief = Belief;
        bool isUnknown = belief.BareLatency == 0;
        isDoubtful = (isUnknown && (target < Limit * 1.1 || readings.Latency > 2 * belief.LeastLatency))
            || target < Limit / LargestGrowth
            || (!isUnknown && !belief.IsProven)
            || belief.Rate < belief.ProvenRate / Lost
            || (!isUnknown && belief.Late > DoubtfulLateness)
            || belief.ContradictedFor > Contradiction;
        bool isDue = readings.IsBlocking && belief.IsBound && belief.Windows > 2 && SinceTrial > NextDoubt && (isDoubtful || SinceTrial > NextTrial);
        return isDue || (isAtRisk && readings.Population > 2);
    }

    private bool TryTrial(
        in KneeReadings readings, double allowance, bool isDoubtful, bool isAtRisk, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KneeLimit? trying)
    {
        double high = Belief.IsBound ? Limit : Math.Min(Limit, Math.Max(readings.Population, readings.InFlight));
        double low = isAtRisk
            ? Math.Min(high / 2, _objective > 0 ? allowance : Math.Max(allowance, high / 4))
            : Math.Max(Math.Min(Belief.Knee, high) / 2, isDoubtful ? high / 2 : high / 3);

        // Below the least limit the gate would never get there, and the trial never end.
        low = Math.Max(_range.Min, Math.Floor(low));
        bool hasRoom = low < Math.Floor(high) * 0.9;
        trying = hasRoom ? Begin(high, low, isAtRisk) : isDoubtful && Belief.IsBound && Limit < _range.Min + 1 ? Trust(readings) : null;
        return trying is not null;
    }

    /// <summary>At the least limit no trial can tell whose the latency is. Taken for the service's own, it lets the limit rise, and so be tried.</summary>
    private KneeLimit? Trust(in KneeReadings readings)
    {
        double bare = Math.Min(_range.Min / Math.Max(readings.Rate, 1e-9), LongestObjective.TotalSeconds);
        return readings.Rate == 0 || bare < Belief.BareLatency ? null : this with
        {
            Belief = Belief with { BareLatency = bare, IsProven = true, ProvenRate = Belief.Rate },
            SinceTrial = 0,
            NextWindow = Window(Fastest, FewestSamples),
        };
    }

    private KneeLimit Begin(double high, double low, bool isForLateness)
    {
        KneeTrial trial = new(isForLateness ? KneeTrialStep.Drain : KneeTrialStep.Refer, high, low, Seconds: 0) { IsForLateness = isForLateness };
        return this with
        {
            Trial = trial,
            Floor = Math.Min(Floor, low),
            Limit = isForLateness ? _range.Clamp(low) : Limit,
            NextWindow = isForLateness ? RunOff(high - low) : Window(2 * FastestInTrial, Math.Clamp(high, TrialSamples, MostTrialSamples)),
        };
    }

    private KneeLimit GoOn(KneeTrial trial, in KneeReadings readings)
    {
        switch (trial.Step)
        {
            case KneeTrialStep.Refer:
                return this with
                {
                    Trial = trial with { Step = KneeTrialStep.Drain },
                    Belief = Belief with { Rate = Fresh(readings.Rate), Blocked = Math.Max(Belief.Blocked, readings.Blocked) },
                    Limit = _range.Clamp(trial.Low),
                    NextWindow = RunOff(trial.High - trial.Low),
                };
            case KneeTrialStep.Drain:
                trial = trial with { Drained = trial.Drained + (readings.Rate * readings.Seconds), DrainSeconds = trial.DrainSeconds + readings.Seconds };
                if (readings.InFlight > trial.Low + 1)
                {
                    return trial.DrainSeconds < LongestDrain * trial.High / Math.Max(Belief.Rate, readings.EndRate)
                        ? this with { Trial = trial, NextWindow = RunOff(readings.InFlight - trial.Low) }
                        : GiveUp(trial);
                }

                return this with
                {
                    Trial = trial with { Step = KneeTrialStep.Settle },
                    Belief = trial is { IsForLateness: true, Drained: > 20 } ? Belief with { Rate = Fresh(trial.Drained / trial.DrainSeconds) } : Belief,
                    NextWindow = RunOff(trial.Low),
                };
            case KneeTrialStep.Settle when !readings.IsBlocking && trial.Seconds < 2 * trial.High / Math.Max(Belief.Rate, 1e-9):
                return this with { Trial = trial };
            case KneeTrialStep.Settle:
                return this with
                {
                    Trial = trial with { Step = KneeTrialStep.Measure },
                    NextWindow = Window(2 * FastestInTrial, trial.IsForLateness ? TrialSamples : Math.Clamp(2 * trial.Low, TrialSamples, MostTrialSamples)),
                };
            default:
                return Judge(trial, readings);
        }
    }

    /// <summary>Some hold their permits much longer than the rest, so that this low a limit would shut the others out: nothing is learnt.</summary>
    private KneeLimit GiveUp(in KneeTrial trial) => this with
    {
        Trial = null,
        Belief = Belief with { Windows = 0, LateFor = 0 },
        SinceTrial = 0,
        NextTrial = trial.Seconds / TrialShare,
        NextDoubt = trial.Seconds / TrialShare,
        Limit = _range.Clamp(trial.High),
        NextWindow = Window(Fastest, FewestSamples),
    };

    private KneeLimit Judge(in KneeTrial trial, in KneeReadings readings)
    {
        double rate = Belief.Rate;
        double found = readings.Rate;
        KneeBelief belief = Belief with { Windows = 0 };
        if (found > rate * Collapse)
        {
            // More in flight made the service slower for all: so much allowance is too much.
            belief = belief with { Slack = Math.Clamp(trial.Low / Math.Max(1, AllowanceShare * ObjectiveSeconds * found), 0.05, belief.Slack) };
        }

        KneeLimit done = this with
        {
            Trial = null,
            SinceTrial = 0,
            NextTrial = trial.Seconds / TrialShare,
            NextDoubt = DoubtAgain * trial.Seconds,
            NextWindow = Window(Fastest, FewestSamples),
        };
        if (!readings.IsBlocking)
        {
            // The load has gone; what was tried is enough for it.
            double atMost = belief.IsProven ? belief.BareLatency : Math.Min(belief.BareLatency, readings.Latency);
            return done with { Belief = belief with { Blocked = 0, BareLatency = atMost }, Limit = _range.Clamp(trial.Low) };
        }

        // Where nobody was served, fewer in flight serve as many, and nothing is learnt about the latency.
        bool isServing = found > 0;
        bool isFlat = !isServing || found > rate * FlatShare;
        double known = belief.BareLatency;
        double bare = isServing ? Math.Min(trial.Low / found, LongestObjective.TotalSeconds) : known;
        bool agrees = isServing && bare < known * Noise && bare > known * (belief.IsProven || !isFlat ? 1 / Noise : Same);
        if (agrees)
        {
            double mean = isFlat ? Math.Min(known, bare) : belief.IsProven ? known + (0.4 * (bare - known)) : bare;
            return done with
            {
                Belief = belief with { BareLatency = mean, IsProven = true, ProvenRate = Math.Max(found, rate) },
                Limit = _range.Clamp(isFlat ? Math.Max(trial.Low, Gain * rate * mean) : trial.High),
                NextTrial = isFlat ? SoonAgain * trial.Seconds : done.NextTrial,
            };
        }

        if (!isFlat)
        {
            // So slow that no answer could be in time: a second trial has to say so, too, before it is believed.
            bool isCredible = _objective == 0 || bare < _objective / 2;
            return done with
            {
                Belief = belief with { BareLatency = bare, IsProven = isCredible, ProvenRate = rate },
                Limit = _range.Clamp(trial.High),
                NextTrial = isCredible ? SoonAgain * trial.Seconds : 0,
                NextDoubt = isCredible ? done.NextDoubt : 0,
            };
        }

        return done.StayDown(trial, belief, bare, found);
    }

    /// <summary>As many were served with fewer in flight: the rest had waited in our own queue.</summary>
    private KneeLimit StayDown(in KneeTrial trial, in KneeBelief belief, double bare, double found)
    {
        double known = belief.BareLatency;
        double kept = known switch
        {
            0 => bare,
            _ when bare < known && (!belief.IsProven || belief.Late > DoubtfulLateness) => bare,
            _ when bare < known / Noise => (known + bare) / 2,
            _ => known,
        };
        KneeLimit down = this with
        {
            Belief = belief with { BareLatency = kept, ProvenRate = belief.Rate },
            Limit = _range.Clamp(trial.Low),
            NextTrial = belief.IsProven ? SoonAgain * trial.Seconds : 0,
            NextDoubt = belief.IsProven ? NextDoubt : 0,
        };
        double next = Math.Max(_range.Min, Math.Floor(trial.Low / 2));
        if (belief.IsProven || next >= trial.Low)
        {
            return down;
        }

        // Nothing is proven yet, so it goes on down at once. What was measured here is the reference of the next step.
        return down with
        {
            Trial = new KneeTrial(KneeTrialStep.Drain, trial.Low, next, trial.Seconds),
            Belief = down.Belief with { Rate = (belief.Rate + found) / 2 },
            Floor = Math.Min(Floor, next),
            Limit = _range.Clamp(next),
            NextWindow = RunOff(trial.Low / 2),
        };
    }

    /// <summary>The rate known so far, unless a new measurement is beyond what chance makes of it.</summary>
    private double Fresh(double rate) => rate < Belief.Rate * Noise && rate > Belief.Rate / Noise ? Belief.Rate : rate;

    private LimitWindowSize RunOff(double requests) => Window(FastestInTrial, Math.Clamp(requests / 2, 3, MostRunOff));

    private LimitWindowSize Window(double seconds, double samples) =>
        new(TimeSpan.FromSeconds(seconds), (int)samples) { LateAfter = TimeSpan.FromSeconds(ObjectiveSeconds) };
}
