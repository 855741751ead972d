using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Measuring;

/// <summary>A run of a random plant.</summary>
internal sealed record PlantRun(Scenario Plant, RunResult Result)
{
    public string Arm => Result.Arm;

    public double Share => Result.GoodputShare;
}
