using System.Globalization;
using AdmissionControl.Concurrency;
using AdmissionControl.Policies;
using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

var scenario = new Scenario
{
    Name = "2x",
    Objective = 0.2,
    Stages = [new StageSpec { Kind = args.Length > 0 && args[0] == "ps" ? StageKind.Shared : StageKind.Fifo, Cores = 16, Tax = 0.02, IsHost = true, Service = new Distribution { Mean = 0.02 } }],
    Phases = [new Phase { Duration = 10, Load = .6 }, new Phase { Duration = 50, Load = 2 }],
};
foreach (int limit in new[] { 4, 12, 16, 20, 30, 60, 100, 200 })
{
    var recorder = new Recorder(scenario);
    long start = TimeProvider.System.GetTimestamp();
    using var run = new Simulation(scenario, 1, context => new ControllerArm(new AdmissionPolicyOptions { Concurrency = new ConcurrencyOptions(), CustomAlgorithm = new FixedLimit(limit) }, context.Time), recorder);
    run.Run();
    PhaseCounts last = recorder.Phases[^1];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{limit} offered {last.Offered} good {last.Good / 40.0:0.0}/s refused {last.Refused} p99 {last.Latencies.GetValueAtPercentile(99) / 1000.0:0.0} ms {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0} ms"));
}
