namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>A mistake to be found: one place of the shipped source, as it is and as it would be wrong.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Scenario">The scenario that must show it.</param>
/// <param name="File">The file, below <c>src/AdmissionControl</c>.</param>
/// <param name="Old">Text that stands in the file exactly once.</param>
/// <param name="New">What stands there instead.</param>
public sealed record PlantedBug(string Name, string Scenario, string File, string Old, string New)
{
    public override string ToString() => Name;
}
