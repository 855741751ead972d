using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Measuring;

/// <summary>What the best limit in hindsight reaches.</summary>
internal interface IOracle
{
    /// <summary>Good answers a second in the marked part of each phase, in order.</summary>
    double[] GoodputPerPhase(Scenario scenario, int seed);
}
