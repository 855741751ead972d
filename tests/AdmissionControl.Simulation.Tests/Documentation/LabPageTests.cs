using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Documentation;

/// <summary>docs/lab.md says what the lab does, and all of it.</summary>
public sealed class LabPageTests
{
    public static TheoryData<string> Examples => [.. Directory.EnumerateFiles(LabPage.Examples, "*.json").Select(path => Path.GetFileName(path)).Order()];

    public static TheoryData<string, Type> Tables => new()
    {
        { "The scenario", typeof(Scenario) },
        { "A stage", typeof(StageSpec) },
        { "A distribution", typeof(Distribution) },
        { "A phase", typeof(Phase) },
        { "Clients", typeof(Clients) },
        { "Pauses", typeof(Pauses) },
        { "Bursts", typeof(Bursts) },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_OnItsOwn_IsAScenario(string file)
    {
        Scenario scenario = ScenarioFile.Load(Path.Combine(LabPage.Examples, file));

        Assert.Equal(Path.GetFileNameWithoutExtension(file), scenario.Name);
        Assert.NotEmpty(scenario.Description);
    }

    [Fact]
    public void Example_OnThePage_IsTheFile()
    {
        (string File, string Json)[] copies = LabPage.Copies();

        Assert.Equal(["checkout.json"], copies.Select(copy => copy.File));
        Assert.All(
            copies, copy => Assert.Equal(File.ReadAllText(Path.Combine(LabPage.Examples, copy.File)).ReplaceLineEndings("\n"), copy.Json));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Properties_OfEachObject_StandInItsTable(string heading, Type type)
    {
        string[] properties =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
                .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)),
        ];

        Assert.Equal(properties.Order(), LabPage.Terms(LabPage.Section(heading)).Order());
    }

    [Fact]
    public void Arms_OfTheCatalog_StandOnThePage() =>
        Assert.Equal(ArmCatalog.All.Select(arm => arm.Name).Order(), LabPage.Terms(LabPage.Section("The arms")).Order());

    [Fact]
    public void Columns_OfTheTable_StandOnThePage() =>
        Assert.Equal(ReportColumns.All.Select(column => column.Title).Where(title => title != "arm"), LabPage.Terms(LabPage.Section("What it prints")));

    [Fact]
    public void Options_OfRun_StandOnThePage()
    {
        string[] documented = [.. LabPage.Terms(LabPage.Section("The command line")).Select(option => option.Split(' ')[0])];

        Assert.Equal(RunOptions.Usage.Split([' ', '\n']).Where(word => word.StartsWith("--", StringComparison.Ordinal) && word != "--help").Order(), documented.Order());
    }

    [Fact]
    public void Arms_OfTriage_StandOnThePage() =>
        Assert.Equal(TriageArms.All.Select(arm => arm.Name).Order(), TriageTerms().Where(term => !IsOption(term)).Order());

    [Fact]
    public void Options_OfTriage_StandOnThePage() => Assert.Equal(
        TriageRunOptions.Usage.Split([' ', '\n']).Where(word => word.StartsWith("--", StringComparison.Ordinal)).Order(),
        TriageTerms().Where(IsOption).Select(option => option.Split(' ')[0]).Order());

    [Fact]
    public void Example_OfTriage_IsAScenario()
    {
        string section = LabPage.Section("Who gets through: triage");
        int begin = section.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;

        TriageScenario scenario = Assert.Single(TriageFile.Parse(section[begin..section.IndexOf("```", begin, StringComparison.Ordinal)]));

        Assert.Equal(200, scenario.Capacity, 6);
        Assert.Equal((0.6, 3.6), (Math.Round(scenario.Offered(0), 6), Math.Round(scenario.Offered(1), 6)));
    }

    private static string[] TriageTerms() => LabPage.Terms(LabPage.Section("Who gets through: triage"));

    private static bool IsOption(string term) => term.StartsWith("--", StringComparison.Ordinal);
}
