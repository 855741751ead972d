using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Oracles;
using AdmissionControl.Simulation.Reporting;

var lab = new Lab(ArmCatalog.All.ToDictionary(arm => arm.Name), new Oracle());
if (args.Any(Usage.IsAsked))
{
    Console.WriteLine(Usage.Text);
    return 0;
}

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
            return new CheckCommand(lab, ResultTable.Console()).Run(CheckOptions.Parse(options)) ? 0 : CheckCommand.Regressed;
        case ["triage", .. string[] options]:
            return new TriageCommand(ResultTable.Console()).Run(TriageRunOptions.Parse(options)) ? 0 : CheckCommand.Regressed;
        case ["mutate", .. string[] options]:
            new MutateCommand(ResultTable.Console()).Run(MutateOptions.Parse(options));
            return 0;
        case ["list"]:
            new ListCommand(lab, ResultTable.Console()).Run();
            return 0;
        case [string command, ..]:
            Console.Error.WriteLine($"'{command}' is no command.");
            break;
    }

    Console.Error.WriteLine(Usage.Text);
    return CheckCommand.CouldNotRun;
}
catch (Exception error) when (Usage.IsOfUser(error))
{
    Console.Error.WriteLine(error.GetBaseException().Message);
    Console.Error.WriteLine("`--help` lists the commands.");
    return CheckCommand.CouldNotRun;
}
