using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Measuring;

namespace AdmissionControl.Simulation.Commands;

/// <summary>What every command works with.</summary>
/// <param name="Arms">The arms by name.</param>
/// <param name="Oracle">What they are measured against.</param>
internal sealed record Lab(IReadOnlyDictionary<string, Func<ArmContext, Arm>> Arms, IOracle Oracle);
