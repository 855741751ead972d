using System.Globalization;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Commands;

/// <summary>`list`: the arms and the shipped scenarios.</summary>
internal sealed class ListCommand(Lab lab, IAnsiConsole console)
{
    public void Run()
    {
        console.WriteLine($"Arms: {string.Join(", ", lab.Arms.Keys)}");
        console.WriteLine();
        Table table = new Table { Border = console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Markdown };
        table.AddColumns("scenario", "seconds", "held out", "what happens");
        table.Columns[0].NoWrap = true;
        foreach (Scenario scenario in ShippedScenarios.Load())
        {
            table.AddRow(
                new Text(scenario.Name),
                new Text(scenario.Duration.ToString("0", CultureInfo.InvariantCulture)),
                new Text(scenario.IsHeldOut ? "yes" : ""),
                new Text(scenario.Description));
        }

        console.Write(table);
        console.WriteLine();
        console.WriteLine($"Arms of triage: {string.Join(", ", TriageArms.All.Select(arm => arm.Name))}");
        console.WriteLine($"Scenarios of triage: {string.Join(", ", TriageFile.LoadShipped().Select(scenario => scenario.Name).Distinct())}");
    }
}
