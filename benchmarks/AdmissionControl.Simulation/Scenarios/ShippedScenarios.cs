namespace AdmissionControl.Simulation.Scenarios;

/// <summary>Where the lab's own scenarios are.</summary>
internal static class ShippedScenarios
{
    /// <summary>The rows of the protocol.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "scenarios");

    /// <summary>Further ones across the space of plants, a third of them held out.</summary>
    public static string Variations { get; } = Path.Combine(Folder, "variations");

    public static IReadOnlyList<Scenario> Load() => [.. ScenarioFile.LoadFolder(Folder), .. ScenarioFile.LoadFolder(Variations)];
}
