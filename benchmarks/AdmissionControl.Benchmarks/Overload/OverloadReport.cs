using System.Globalization;
using System.Text;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>The report, piece by piece, in Markdown.</summary>
internal sealed class OverloadReport(OverloadOptions options, Baseline baseline, StepPlan plan)
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public void WriteHead(string machine)
    {
        Step step = plan.Steps[0];
        _text.AppendLine("# A Kestrel server from half to five times of what it can do").AppendLine()
            .Append("`dotnet run -c Release --project benchmarks/AdmissionControl.Benchmarks -- kestrel-overload").Append(options.WorksInline ? " --inline" : "").Append("`: a server in a process of ")
            .Append("its own (default pool, server garbage collector), whose one endpoint ")
            .Append(options.WorksInline ? "awaits nothing and works " : "awaits, then works ").Append("for 5 ms of a core in the mean ")
            .Append("(lognormal, standard deviation 2.5 ms; a number of loop iterations, counted once against the processor time that they take). ")
            .Append("The load generator is another process on the same machine. Its arrivals are Poisson and wait for nobody, as long as no ")
            .Append("more than 1,000 are out; latencies count from when a request was due. ")
            .Append(options.ServerCores is { } cores ? $"The server is bound to the cores {cores}. " : "Nothing is bound to a core. ")
            .AppendLine(machine).AppendLine()
            .Append(CultureInfo.InvariantCulture, $"Unloaded, one request at a time: mean {baseline.UnloadedMean.TotalMilliseconds:F1} ms, ")
            .Append(CultureInfo.InvariantCulture, $"p99 {baseline.UnloadedP99.TotalMilliseconds:F1} ms. ")
            .Append(CultureInfo.InvariantCulture, $"Capacity, which is load 1: {baseline.CapacityPerSecond:F0}/s, of clients that ask again at once. ")
            .Append(CultureInfo.InvariantCulture, $"Objective, ten times the unloaded mean: {baseline.Objective.TotalMilliseconds:F0} ms. ")
            .AppendLine("Goodput is what was answered with 200 within the objective.").AppendLine()
            .Append(CultureInfo.InvariantCulture, $"Each arm is a new server, and its steps follow each other without a pause. Of each step ")
            .Append(CultureInfo.InvariantCulture, $"the first {(step.Settled - step.Start).TotalSeconds:0.#} s are convergence and reported apart, ")
            .AppendLine(CultureInfo.InvariantCulture, $"the next {(step.End - step.Settled).TotalSeconds:0.#} s count.").AppendLine()
            .Append("Lost: not sent because 1,000 were out, or not answered. Limit: at the end of the step. In flight: the mean. ")
            .Append("Witness: the median of what the host's witness said. Late: by how much the generator was, p99. ")
            .AppendLine("CPU: the shares of all cores that the server, the generator and everything else on the machine took.");
    }

    public void Write(ArmResult arm)
    {
        _text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {arm.Arm}").AppendLine()
            .AppendLine("| load | offered/s | goodput/s | refused | lost | admitted p50 / p99, ms | limit | in flight | witness, ms | late, ms | CPU: server / generator / others |")
            .AppendLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (StepResult step in arm.Steps)
        {
            LoadFigures load = step.Measured;
            HostFigures host = step.Host;
            _text.Append(CultureInfo.InvariantCulture, $"| {step.Load} | {Load(load)} | {Number(host.Limit)} | {host.InFlight:F1} | ")
                .Append(CultureInfo.InvariantCulture, $"{Number(host.WitnessMs)} | {load.LatenessP99Ms:F1} | ")
                .AppendLine(CultureInfo.InvariantCulture, $"{host.ServerShare:P0} / {host.GeneratorShare:P0} / {Share(host.OthersShare)} |");
        }

        _text.AppendLine().AppendLine("Convergence, the first part of each step:").AppendLine()
            .AppendLine("| load | offered/s | goodput/s | refused | lost | admitted p50 / p99, ms |").AppendLine("|--:|--:|--:|--:|--:|--:|");
        foreach (StepResult step in arm.Steps)
        {
            _text.AppendLine(CultureInfo.InvariantCulture, $"| {step.Load} | {Load(step.Settling)} |");
        }

        _text.AppendLine().AppendLine("| mark | measured | |").AppendLine("|---|--:|---|");
        foreach (Mark mark in Marks.Judge(arm, baseline))
        {
            _text.AppendLine(CultureInfo.InvariantCulture, $"| {mark.Promise} | {mark.Measured} | {(mark.IsMet ? "met" : "missed")} |");
        }
    }

    public void WriteNoise(IReadOnlyList<string> noise)
    {
        if (noise.Count > 0)
        {
            _text.AppendLine().AppendLine("The machine was too noisy to say:").AppendJoin(Environment.NewLine, noise.Select(n => $"- {n}")).AppendLine();
        }
    }

    private static string Load(LoadFigures load) => string.Create(
        CultureInfo.InvariantCulture,
        $"{load.OfferedPerSecond:F0} | {load.GoodputPerSecond:F0} | {load.RefusedShare:P1} | {load.LostShare:P1} | {Number(load.AdmittedP50Ms)} / {Number(load.AdmittedP99Ms)}");

    private static string Number(double? value) => value?.ToString(value < 10 ? "0.##" : "N0", CultureInfo.InvariantCulture) ?? "none";

    private static string Share(double? value) => value?.ToString("P0", CultureInfo.InvariantCulture) ?? "unknown";
}
