namespace AdmissionControl.Simulation.Plants;

internal enum DistributionKind
{
    Lognormal,
    Constant,
    Exponential,
    Pareto,
    Bimodal,
}
