using System.Globalization;
using System.Text;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>The report, piece by piece, in Markdown.</summary>
internal sealed class OverloadReport(OverloadOptions options, Baseline baseline, StepPlan plan)
{
    private const string LoadHeads = "| load | offered/s | goodput/s | refused | lost | admitted p50 / p99, ms |";
    private const string HostHeads = " limit | in flight | witness, ms | late, ms | CPU: server / generator / others |";

    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public void WriteHead(string machine)
    {
        Step step = plan.Steps[0];
        _text.AppendLine("# A Kestrel server from half to five times of what it can do").AppendLine()
            .Append("`dotnet run -c Release --project benchmarks/AdmissionControl.Benchmarks -- kestrel-overload")
            .Append(options.WorksInline ? " --inline" : "").Append("`: a server in a process of its own (default pool, server garbage ")
            .Append("collector), whose one endpoint ").Append(options.WorksInline ? "awaits nothing and works" : "awaits, then works")
            .Append(" for 5 ms of a core in the mean (lognormal, standard deviation 2.5 ms; a number of loop iterations, counted once ")
            .Append("against the processor time that they take). The load generator is another process on the same machine. Its arrivals ")
            .Append("are Poisson and wait for nobody, as long as no more than 1,000 are out; latencies count from when a request was due. ")
            .Append(options.ServerCores is { } cores ? $"The server is bound to the cores {cores}. " : "Nothing is bound to a core. ")
            .AppendLine(machine).AppendLine()
            .Append(Text($"Unloaded, one request at a time: mean {baseline.UnloadedMean.TotalMilliseconds:F1} ms, "))
            .Append(Text($"p99 {baseline.UnloadedP99.TotalMilliseconds:F1} ms. "))
            .Append(Text($"Capacity, which is load 1: {baseline.CapacityPerSecond:F0}/s, with clients that ask again at once. "))
            .Append(Text($"Objective, ten times the unloaded mean: {baseline.Objective.TotalMilliseconds:F0} ms. "))
            .AppendLine("Goodput is what was answered with 200 within the objective.").AppendLine()
            .Append("Each arm is a new server, and its steps follow each other without a pause. Of each step ")
            .Append(Text($"the first {(step.Settled - step.Start).TotalSeconds:0.#} s are convergence and reported apart, "))
            .AppendLine(Text($"the next {(step.End - step.Settled).TotalSeconds:0.#} s count.")).AppendLine()
            .Append("Lost: not sent because 1,000 were out, or not answered. Limit: at the end of the step. In flight: the mean. ")
            .Append("Witness: the median of what the host's witness said. Late: by how much the generator was, p99. ")
            .AppendLine("CPU: the shares of all cores that the server, the generator and everything else on the machine took.");
    }

    public void Write(ArmResult arm)
    {
        _text.AppendLine().AppendLine($"## {arm.Arm}").AppendLine().AppendLine(LoadHeads + HostHeads);
        WriteRule(LoadHeads + HostHeads);
        foreach (StepResult step in arm.Steps)
        {
            HostFigures host = step.Host;
            _text.Append(LoadCells(step.Load, step.Measured))
                .Append(Text($" {Number(host.Limit)} | {host.InFlight:F1} | {Number(host.WitnessMs)} | {step.Measured.LatenessP99Ms:F1} |"))
                .AppendLine(Text($" {host.ServerShare:P0} / {host.GeneratorShare:P0} / {Share(host.OthersShare)} |"));
        }

        _text.AppendLine().AppendLine("Convergence, the first part of each step:").AppendLine().AppendLine(LoadHeads);
        WriteRule(LoadHeads);
        foreach (StepResult step in arm.Steps)
        {
            _text.AppendLine(LoadCells(step.Load, step.Settling));
        }

        _text.AppendLine().AppendLine("| mark | measured | |").AppendLine("|---|--:|---|");
        foreach (Mark mark in Marks.Judge(arm, baseline))
        {
            _text.AppendLine($"| {mark.Promise} | {mark.Measured} | {(mark.IsMet ? "met" : "missed")} |");
        }
    }

    public void WriteNoise(IReadOnlyList<string> noise)
    {
        if (noise.Count > 0)
        {
            _text.AppendLine().AppendLine("The machine was too noisy to say:").AppendLine();
            _text.AppendJoin(Environment.NewLine, noise.Select(n => $"- {n}")).AppendLine();
        }
    }

    private void WriteRule(string heads) =>
        _text.Append('|').Insert(_text.Length, "--:|", heads.Count(c => c == '|') - 1).AppendLine();

    private static string LoadCells(double load, LoadFigures figures) =>
        Text($"| {load} | {figures.OfferedPerSecond:F0} | {figures.GoodputPerSecond:F0} | {figures.RefusedShare:P1} |")
        + Text($" {figures.LostShare:P1} | {Number(figures.AdmittedP50Ms)} / {Number(figures.AdmittedP99Ms)} |");

    private static string Number(double? value) => value?.ToString(value < 10 ? "0.##" : "N0", CultureInfo.InvariantCulture) ?? "none";

    private static string Share(double? value) => value?.ToString("P0", CultureInfo.InvariantCulture) ?? "unknown";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
