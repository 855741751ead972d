using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Oracles;
using AdmissionControl.Simulation.Reporting;

const int Regressed = 1;
const int BadUsage = 2;

var lab = new Lab(ArmCatalog.All.ToDictionary(arm => arm.Name), new Oracle());
try
{
    switch (args)
    {
        case ["run", .. string[] options]:
            new RunCommand(lab, ResultTable.Console()).Run(RunOptions.Parse(options, lab.Arms.Keys));
            return 0;
        case ["plants", .. string[] options]:
            new PlantsCommand(lab, ResultTable.Console()).Run(PlantsOptions.Parse(options, lab.Arms.Keys));
            return 0;
        case ["check", .. string[] options]:
            return new CheckCommand(lab, ResultTable.Console()).Run(CheckOptions.Parse(options)) ? 0 : Regressed;
        case ["list"]:
            new ListCommand(lab, ResultTable.Console()).Run();
            return 0;
        case ["--help"]:
            Console.WriteLine(Usage.Text);
            return 0;
        default:
            Console.Error.WriteLine(Usage.Text);
            return BadUsage;
    }
}
catch (Exception error) when (error is UsageException or FormatException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine("`--help` lists the commands.");
    return BadUsage;
}
