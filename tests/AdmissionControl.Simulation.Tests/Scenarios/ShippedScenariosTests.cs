using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Scenarios;

public sealed class ShippedScenariosTests
{
    private const int FewestMarked = 20_000;

    public static TheoryData<string> Paths =>
    [
        .. Files(ShippedScenarios.Folder).Concat(Files(ShippedScenarios.Variations))
            .Select(path => Path.GetRelativePath(ShippedScenarios.Folder, path)),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Load_EachShippedFile_IsNamedAndDescribed(string file)
    {
        string path = Path.Combine(ShippedScenarios.Folder, file);

        Scenario scenario = ScenarioFile.Load(path);

        Assert.Equal(Path.GetFileNameWithoutExtension(path), scenario.Name);
        Assert.InRange(scenario.Description.Length, 20, 200);
        Assert.StartsWith("// ", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Load_EachShippedFile_LastsForEnoughMarkedAnswers(string file)
    {
        Scenario scenario = ScenarioFile.Load(Path.Combine(ShippedScenarios.Folder, file));

        double marked = scenario.Phases.Where(phase => phase.IsMarked)
            .Sum(phase => Math.Max(0, phase.Duration - scenario.LeadIn(phase)) * Served(scenario, phase));

        Assert.InRange(marked, FewestMarked, double.MaxValue);
    }

    [Fact]
    public void Load_Protocol_HasEachRow()
    {
        string[] rows = [.. ScenarioFile.LoadFolder(ShippedScenarios.Folder).Select(scenario => scenario.Name[..2]).Distinct()];

        Assert.Equal(Enumerable.Range(1, 16).Select(row => $"{row:00}"), rows);
    }

    [Fact]
    public void Load_Protocol_NothingIsHeldOut() =>
        Assert.DoesNotContain(ScenarioFile.LoadFolder(ShippedScenarios.Folder), scenario => scenario.IsHeldOut);

    /// <summary>The last eight came from holes of the rule that they helped to close: none of them is unseen.</summary>
    [Fact]
    public void Load_Variations_EveryThirdOfTheFirstIsHeldOut()
    {
        IReadOnlyList<Scenario> variations = ScenarioFile.LoadFolder(ShippedScenarios.Variations);

        Assert.Equal(variations.Take(24).Where((_, index) => index % 3 == 2), variations.Where(scenario => scenario.IsHeldOut));
        Assert.Equal(32, variations.Count);
    }

    [Fact]
    public void Load_All_NamesDiffer()
    {
        IReadOnlyList<Scenario> all = ShippedScenarios.Load();

        Assert.Equal(all.Count, all.Select(scenario => scenario.Name).Distinct().Count());
    }

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)];

    /// <summary>What comes and can be served, a second. Work that the plant does for refusals is left out, and so are late answers.</summary>
    private static double Served(Scenario scenario, Phase phase)
    {
        double mean = (scenario.Arrivals(phase, 0) + scenario.Arrivals(phase, phase.Duration)) / 2;
        return Math.Min(mean, Math.Min(scenario.Capacity(phase), phase.DownstreamRate ?? double.MaxValue));
    }
}
