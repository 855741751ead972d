using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Commands;

/// <summary>`plants`: random plants with arms, one run each.</summary>
internal sealed class PlantsCommand(Lab lab, IAnsiConsole console)
{
    public void Run(PlantsOptions options)
    {
        Lab cached = lab.WithCache(options.Cache);
        string origin = options.IsHeldOut ? ", of a seed that a commit's hash decides" : "";
        string title = $"Plants {options.Seed}-0 to {options.Seed}-{options.Count - 1}{origin}.";
        PlantRun[][] plants = Lab.SideBySide(
            Enumerable.Range(0, options.Count),
            number => RunOne(cached, options, number));
        PlantRun[] runs = [.. plants.SelectMany(plant => plant)];
        string[] published = [.. lab.Arms.Values.Where(arm => arm.Kind == ArmKind.Published).Select(arm => arm.Name)];
        PlantReport report = PlantReport.Of(title, runs, published, ArmCatalog.Default);
        report.Write(console);
        if (options.Out is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, PlantReport.Runs), Csv.OfPlants(runs));
            File.WriteAllText(Path.Combine(folder, PlantReport.Page), report.ToMarkdown());
        }
    }

    /// <summary>Every arm on one plant, which has luck of its own: neither the arrivals nor the work of another.</summary>
    private static PlantRun[] RunOne(Lab lab, PlantsOptions options, int number)
    {
        Scenario plant = PlantGenerator.Draw(options.Seed, number);
        int luck = unchecked(options.Seed + number) & int.MaxValue;
        return [.. options.Arms.Select(arm => new PlantRun(plant, lab.Run(plant, arm, luck).Result))];
    }
}
