namespace AdmissionControl.Simulation.Mutating;

/// <summary>Slips of one token each in the default law: signs, comparisons, constants, the wrong one of two names.</summary>
internal static class LawMutations
{
    private const string Law = "Concurrency/KneeLimit.cs";
    private const string Trials = "Concurrency/KneeLimit.Trials.cs";
    private const string Belief = "Concurrency/KneeBelief.cs";
    private const string Readings = "Concurrency/KneeReadings.cs";
    private const string Strain = "Concurrency/KneeStrain.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new(
            "readings: failures count as successes",
            Readings,
            "(samples - failed) / seconds",
            "(samples + failed) / seconds")
        {
            Harmless = "the bare latency is a limit over the rate, and the knee the rate times that, so that a steady share of failures cancels out; "
                + "where most fail no limit rises; and no shipped scenario has a share in between that comes and goes under overload",
        },
        new(
            "readings: who was ignored did not end",
            Readings,
            "Math.Max(1, samples + Math.Max",
            "Math.Max(1, samples - Math.Max"),
        new("readings: the blocked share is of the ends alone", Readings, "blocked / (blocked + ends)", "blocked / (ends + ends)"),
        new("readings: every window blocks", Readings, "Blocked >= 0.02", "Blocked >= 0.00"),
        new("belief: the knee is the rate over the bare latency", Belief, "Rate * BareLatency", "Rate / BareLatency"),
        new("belief: bound the wrong way round", Belief, "Blocked > Bound", "Blocked < Bound"),
        new(
            "belief: lateness is noticed the wrong way round",
            Belief,
            "late > LateAllowed && usesAllowance",
            "late < LateAllowed && usesAllowance"),
        new("belief: the slack grows when late", Belief, "Slack * (1 - Math.Min", "Slack * (1 + Math.Min"),
        new("belief: the slack never shrinks below one", Belief, "LeastSlack = 0.05", "LeastSlack = 1.05"),
        new("belief: the least latency is the largest", Belief, "readings.Latency < LeastLatency", "readings.Latency > LeastLatency"),
        new("belief: the least settled latency is the largest", Belief, "readings.Latency < LeastSettled", "readings.Latency > LeastSettled"),
        new(
            "belief: the rate runs away from the measured",
            Belief,
            "Rate + (rateWeight * (readings.Rate - Rate))",
            "Rate - (rateWeight * (readings.Rate - Rate))"),
        new("belief: the peak is forgotten at once", Belief, "-readings.Seconds / PeakSeconds", "-readings.Seconds * PeakSeconds"),
        new("belief: what is too many is the less of both", Belief, "Math.Max(Blocked, Excess)", "Math.Min(Blocked, Excess)")
        {
            Harmless = "both are the same in the long run and part only while a limit that was raised fills; "
                + "the scenarios bear either, and only the random plants told them apart when the rule was made",
        },
        new("law: less than the knee", Law, "Gain = 1.15", "Gain = 0.85"),
        new("law: no staffing", Law, "Staffing = 1.5", "Staffing = 0.0"),
        new("law: headroom as if nobody were blocked", Law, "Belief.Surplus > 1e-6", "Belief.Surplus > 1e6"),
        new("law: headroom by the sum", Law, "Knee + Math.Min(Headroom", "Knee - Math.Min(Headroom"),
        new(
            "law: the allowance by the peak while bound",
            Law,
            "belief.IsBound || belief.LateFor > 0 ?",
            "!belief.IsBound || belief.LateFor > 0 ?"),
        new("law: a tenth of the allowance", Law, "AllowanceShare = 0.6", "AllowanceShare = 0.06"),
        new("law: six times the allowance", Law, "AllowanceShare = 0.6", "AllowanceShare = 6"),
        new(
            "law: trials while nobody is blocked",
            Law,
            "readings.IsBlocking && belief.IsBound && belief.Windows > 2",
            "!readings.IsBlocking && belief.IsBound && belief.Windows > 2"),
        new("law: never a trial in time", Law, "TrialShare = 0.007", "TrialShare = 0.0000007"),
        new("law: a trial most of the time", Law, "TrialShare = 0.007", "TrialShare = 0.7"),
        new("law: flat the wrong way round", Trials, "found > rate * FlatShare", "found < rate * FlatShare"),
        new("law: everything is flat", Law, "FlatShare = 0.72", "FlatShare = 0.12"),
        new("law: nothing is flat", Law, "FlatShare = 0.72", "FlatShare = 1.72"),
        new("law: the bare latency upside down", Trials, "Math.Min(trial.Low / found", "Math.Min(trial.Low * found"),
        new(
            "law: the trial ends up high where the queue was its own",
            Trials,
            "Limit = _range.Clamp(trial.Low),\n            NextTrial = belief.IsProven",
            "Limit = _range.Clamp(trial.High),\n            NextTrial = belief.IsProven")
        {
            Harmless = "the next window sets the limit by the knee, which the trial has lowered: one window at the old limit is all that it costs",
        },
        new("law: at risk at once", Law, "AtRisk = 0.8", "AtRisk = 0.08"),
        new("law: never at risk", Law, "!belief.IsProven && belief.LateFor > now.Patience", "belief.IsProven && belief.LateFor > now.Patience"),
        new("law: as patient with every objective", Law, "PatientObjectives = 6", "PatientObjectives = 600"),
        new("law: told nothing, ten times the objective", Law, "AutomaticObjective = 8", "AutomaticObjective = 80"),
        new("law: told nothing, the allowance grows", Law, "_objective > 0 && (belief.BareLatency == 0 || allowance", "_objective < 1e9 && (belief.BareLatency == 0 || allowance"),
        new("law: a crowd ends no window", Law, "!Belief.IsBound && Belief.Rate > 0", "!Belief.IsBound && Belief.Rate < 0"),
        new("law: less served is no reason to ask", Law, "FallenShare = 0.05", "FallenShare = 5"),
        new("strain: a falling rate is no collapse", Strain, "Rate < Least * Most", "Rate > Least * Most"),
        new("strain: a recovering rate is a collapse", Strain, "Recent < Falling", "Recent > Falling"),
        new("law: what is at work does not grow", Law, "* belief.BareLatency > Follows", "* belief.BareLatency < Follows"),
        new("law: the limit does not grow", Law, "LargestGrowth = 1.5", "LargestGrowth = 0.5"),
    ];
}
