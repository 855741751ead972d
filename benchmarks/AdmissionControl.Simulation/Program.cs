using AdmissionControl.Concurrency;
using AdmissionControl.Policies;
using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;

const int BadUsage = 2;

var lab = new Lab(
    new Dictionary<string, Func<ArmContext, Arm>>
    {
        ["fixed"] = context => new ControllerArm(
            new AdmissionPolicyOptions { Concurrency = new ConcurrencyOptions(), CustomAlgorithm = new FixedLimit(context.InitialLimit) }, context.Time),
    },
    new CapacityBound());
try
{
    switch (args)
    {
        case ["run", .. string[] options]:
            new RunCommand(lab, ResultTable.Console()).Run(RunOptions.Parse(options, lab.Arms.Keys));
            return 0;
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
