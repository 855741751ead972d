namespace AdmissionControl.Simulation.Arms;

/// <summary>An arm by name.</summary>
/// <param name="Name">What a command line says.</param>
/// <param name="Kind">What it stands for in a comparison.</param>
/// <param name="Description">What it does, in one line.</param>
/// <param name="Source">Where it is from.</param>
/// <param name="Create">Makes one for a run.</param>
internal sealed record ArmSpec(string Name, ArmKind Kind, string Description, string Source, Func<ArmContext, Arm> Create);
