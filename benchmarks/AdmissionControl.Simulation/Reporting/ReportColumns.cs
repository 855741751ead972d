namespace AdmissionControl.Simulation.Reporting;

/// <summary>What a table of arms shows: the same in the terminal and in a report.</summary>
internal static class ReportColumns
{
    public static IReadOnlyList<(string Title, Func<ArmSummary, string> Value)> All { get; } =
    [
        ("arm", arm => arm.Arm),
        ("goodput, % of oracle", arm => Figures.Percent(arm.GoodputShare)),
        ("behind best", arm => Figures.Gap(arm.BehindBest)),
        ("false refusals, %", arm => Figures.Percent(arm.FalseRefusals.Mean)),
        ("refused, %", arm => Figures.Percent(arm.RefusedShare.Mean)),
        ("p50, ms", arm => Figures.Milliseconds(arm.P50)),
        ("p99, ms", arm => Figures.Milliseconds(arm.P99)),
        ("convergence, s", arm => Figures.Seconds(arm.Convergence)),
        ("recovery, s", arm => Figures.Seconds(arm.Recovery)),
        ("regret, %", arm => Figures.Percent(arm.Regret.Mean)),
        ("final limit", arm => Figures.Limit(arm.FinalLimit)),
    ];
}
