using System.Globalization;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What an arm must reach at its largest load, and when a run says nothing. Pure.</summary>
internal static class Marks
{
    /// <summary>What the limit's law lets a request wait, in objectives: the queue allowance in the bound of the latency.</summary>
    public const double QueueAllowanceInObjectives = 0.5;

    private const double LeastOfBestGoodput = 0.9;
    private const double MostUnloadedP99s = 3;
    private const double MostLatenessInObjectives = 0.25;
    private const double MostOthersShare = 0.1;

    public static IReadOnlyList<Mark> Judge(ArmResult arm, Baseline baseline)
    {
        StepResult last = arm.Steps[^1];
        StepResult best = arm.Steps.MaxBy(s => s.Measured.GoodputPerSecond)!;
        double goodput = last.Measured.GoodputPerSecond;
        double bestGoodput = best.Measured.GoodputPerSecond;
        double allowanceMs = QueueAllowanceInObjectives * baseline.Objective.TotalMilliseconds;
        double mostP99Ms = (MostUnloadedP99s * baseline.UnloadedP99.TotalMilliseconds) + allowanceMs;
        double? p99Ms = last.Measured.AdmittedP99Ms;
        return
        [
            new Mark(
                Text($"goodput at {last.Load}x: at least {LeastOfBestGoodput} of the best, which is {bestGoodput:F0}/s at {best.Load}x"),
                Text($"{goodput:F0}/s, {goodput / bestGoodput:F2}"),
                goodput > 0 && goodput >= LeastOfBestGoodput * bestGoodput),
            new Mark(
                Text($"p99 of admitted at {last.Load}x: at most {MostUnloadedP99s} x the unloaded p99 + ")
                    + Text($"{QueueAllowanceInObjectives} x the objective = {mostP99Ms:F0} ms"),
                p99Ms is null ? "none admitted" : Text($"{p99Ms:F0} ms"),
                p99Ms <= mostP99Ms),
        ];
    }

    /// <summary>Why the machine was too noisy to judge an arm; empty when it was not, as far as the system tells.</summary>
    public static IReadOnlyList<string> Noise(ArmResult arm, Baseline baseline)
    {
        double mostLatenessMs = MostLatenessInObjectives * baseline.Objective.TotalMilliseconds;
        IEnumerable<string> late = arm.Steps
            .Where(s => s.Measured.LatenessP99Ms > mostLatenessMs)
            .Select(s => Text($"at {s.Load}x the generator sent late: p99 {s.Measured.LatenessP99Ms:F1} ms, more than {mostLatenessMs:F1} ms"));
        IEnumerable<(string When, double? Share)> others =
            [("at the baseline", baseline.OthersShare), .. arm.Steps.Select(s => (Text($"at {s.Load}x"), s.Host.OthersShare))];
        IEnumerable<string> shared = others
            .Where(o => o.Share > MostOthersShare)
            .Select(o => Text($"{o.When} others took {o.Share:P0} of the machine, more than {MostOthersShare:P0}"));
        return [.. late, .. shared];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
