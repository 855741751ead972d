using System.Runtime.InteropServices;
using Storefront.Director;
using Storefront.Options;

namespace Storefront.Reporting;

/// <summary>Everything a run found out, as written by --json.</summary>
internal sealed record RunReport(
    int FloodSeconds,
    int BackendConnections,
    int Seed,
    MachineReport Machine,
    double CapacityPerSecond,
    IReadOnlyList<ArmReport> Arms,
    IReadOnlyList<Mark> Marks,
    IReadOnlyList<string> Noise,
    string Verdict,
    int ExitCode)
{
    public static RunReport Of(StorefrontOptions options, IReadOnlyList<ArmReport> arms)
    {
        double capacity = arms.Max(arm => arm.CapacityPerSecond);
        ArmReport? with = arms.SingleOrDefault(arm => arm.Control);
        IReadOnlyList<Mark> marks = with is null ? [] : Reporting.Marks.Judge(with, capacity);
        IReadOnlyList<string> noise = with is null ? [] : Reporting.Marks.Noise(with);
        (string verdict, int exitCode) = Judge(options.Seconds, with is not null, marks, noise);
        return new RunReport(
            options.Seconds, options.BackendConnections, options.Seed, MachineReport.Here(), capacity, arms, marks, noise, verdict, exitCode);
    }

    private static (string Verdict, int ExitCode) Judge(
        int seconds, bool playedWith, IReadOnlyList<Mark> marks, IReadOnlyList<string> noise)
    {
        if (seconds < Phases.ShortestJudgedFlood)
        {
            return ($"A flood of {seconds} s checks the wiring only (every process started, answered and reported); "
                + $"from {Phases.ShortestJudgedFlood} s on the marks are judged.", ExitCodes.MarksMet);
        }

        if (!playedWith)
        {
            return ("The run with control was not played, so there is nothing to judge.", ExitCodes.MarksMet);
        }

        if (noise.Count > 0)
        {
            return ("The machine was too noisy to judge: " + string.Join("; ", noise) + ".", ExitCodes.TooNoisy);
        }

        return marks.All(mark => mark.Met)
            ? ("With control, every mark was met.", ExitCodes.MarksMet)
            : ("With control, not every mark was met.", ExitCodes.MarksMissed);
    }
}

/// <summary>Where the run took place.</summary>
internal sealed record MachineReport(int Cores, string System, string Runtime)
{
    public static MachineReport Here() => new(Environment.ProcessorCount, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription);
}
