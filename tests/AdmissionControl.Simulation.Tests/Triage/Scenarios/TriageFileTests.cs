using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage.Scenarios;

public sealed class TriageFileTests
{
    public static TheoryData<string> Shipped => [.. Directory.EnumerateFiles(TriageFile.Folder, "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Parse_WhatTheFileLeavesOut_HasItsDefault()
    {
        TriageScenario scenario = Assert.Single(TriageFile.Parse(TriageSamples.File));

        Assert.Equal((20, 10, 1, 0.0, 1.0), (scenario.Slots, scenario.Seeds, scenario.Services, scenario.RefusalCost, scenario.Load));
        Assert.Equal(new Distribution { Kind = DistributionKind.Exponential, Mean = 0.02 }, scenario.Service);
        Assert.Equal(new TriageClients { Deadline = 0.25, Attempts = 1, Backoff = 0.1 }, scenario.Clients);
        Assert.Equal((1000.0, 1000.0), (scenario.Capacity, scenario.Rate(scenario.Streams[0], 0)));
        Assert.Equal((RequestPriority.Normal, 1, "triage"), (scenario.Streams[0].Priority, scenario.Streams[0].ServiceCount, scenario.Goals[0].MetBy.Single()));
        Assert.True(scenario.Decides);
    }

    [Fact]
    public void Parse_VariantsAndSlots_EachWithEach()
    {
        string file = TriageSamples.File.Replace(
            "\"name\": \"a\",", """ "name": "a", "load": 2, "slots": [20, 8], "variants": [{ "name": "once" }, { "name": "twice", "load": 4, "slots": [2] }],""", StringComparison.Ordinal);

        IReadOnlyList<TriageScenario> scenarios = TriageFile.Parse(file);

        Assert.Equal(
            [("a", "once", 20, 2.0, true), ("a", "once", 8, 2.0, false), ("a", "twice", 2, 4.0, true)],
            scenarios.Select(scenario => (scenario.Name, scenario.Variant, scenario.Slots, scenario.Load, scenario.Decides)));
    }

    [Fact]
    public void Parse_OtherSlots_RunWithoutControls()
    {
        string file = TriageSamples.File.Replace("\"name\": \"a\",", "\"name\": \"a\", \"slots\": [20, 8],", StringComparison.Ordinal)
            .Replace("\"atLeast\": 0.5", "\"atLeast\": 0.5, \"missedBy\": [\"queue\"]", StringComparison.Ordinal);

        IReadOnlyList<TriageScenario> scenarios = TriageFile.Parse(file);

        Assert.Equal(["triage", "queue"], scenarios[0].Arms);
        Assert.Equal(["queue"], scenarios[0].Goals[0].MissedBy);
        Assert.Equal(["triage"], scenarios[1].Arms);
        Assert.Empty(scenarios[1].Goals[0].MissedBy);
    }

    [Theory]
    [InlineData("\"name\": \"a\"", "\"name\": \"A b\"", "name is 'A b'; allowed are 1 to 80 small letters, digits, dots and dashes.")]
    [InlineData("\"load\": 1", "\"load\": -1", "streams[0].load is -1; allowed is from 0 to 1000.")]
    [InlineData("\"load\": 1", "\"load\": \"much\"", "streams[0].load is \"much\"; allowed is a number.")]
    [InlineData("\"load\": 1", "\"load\": 1, \"rate\": 5", "streams[0].rate is 5/s beside load 1; allowed is either of the two.")]
    [InlineData("\"load\": 1", "\"load\": 1, \"lod\": 1", "streams[0].lod is no property; allowed are ")]
    [InlineData("\"load\": 1", "\"load\": 1, \"factors\": [1, 2]", "streams[0].factors has 2 entries; allowed are 1 to 1.")]
    [InlineData("\"load\": 1", "\"load\": 1, \"serviceCount\": 2", "streams[0].serviceCount is 2; allowed is from 1 to 1.")]
    [InlineData("\"load\": 1", "\"load\": 1, \"priority\": \"urgent\"", "streams[0].priority is \"urgent\"; allowed is \"critical\", ")]
    [InlineData("\"all-there-is\"", "\"all\"", "streams[0].name is 'all'; allowed is any other")]
    [InlineData("\"duration\": 10", "\"duration\": 0", "phases[0].duration is 0 s; allowed is from 0.001")]
    [InlineData("\"arms\": [\"triage\", \"queue\"]", "\"arms\": [\"triage\", \"quue\"]", "arms has 'quue'; allowed are triage, queue, ")]
    [InlineData("\"phase\": 0", "\"phase\": 1", "goals[0].phase is 1; allowed is from 0 to 0.")]
    [InlineData("\"phase\": 0", "\"phase\": 0, \"stream\": \"x\"", "goals[0].stream is 'x'; allowed are all-there-is.")]
    [InlineData("\"measure\": \"goodput\"", "\"measure\": \"luck\"", "goals[0].measure is \"luck\"; allowed is \"success\", ")]
    [InlineData("\"atLeast\": 0.5", "\"atLeast\": 0.5, \"atMost\": 1", "goals[0].atLeast and goals[0].atMost are there both; allowed is one of the two.")]
    [InlineData(", \"atLeast\": 0.5", "", "goals[0].atLeast and goals[0].atMost are absent both; allowed is one of the two.")]
    [InlineData("\"atLeast\": 0.5", "\"atLeast\": 0.5, \"missedBy\": [\"adaptive\"]", "goals[0].missedBy has 'adaptive'; allowed are the scenario's arms, triage, queue.")]
    [InlineData("\"atLeast\": 0.5", "\"atLeast\": 0.5, \"missedBy\": [\"triage\"]", "goals[0].missedBy has 'triage', which must meet the goal too; allowed is either.")]
    [InlineData("\"atLeast\": 0.5", "\"atLeast\": 0.5, \"against\": \"x\"", "goals: against is 'x'; allowed are the variants ")]
    [InlineData("\"name\": \"a\"", "\"name\": \"a\", \"slots\": 20", "slots is 20; allowed is a list of whole numbers, one at least.")]
    [InlineData("\"name\": \"a\"", "\"name\": \"a\", \"slots\": [20, 20]", "variants or slots names one twice; allowed is once.")]
    [InlineData("\"name\": \"a\"", "\"name\": \"a\", \"variants\": []", "variants is []; allowed is a list of objects, one at least.")]
    [InlineData("\"name\": \"a\"", "\"name\": \"a\", \"variants\": [{ \"name\": \"b\", \"load\": -1 }]", "with variants[0]: load is -1; allowed is from 0 to 1000.")]
    [InlineData("\"description\": \"A.\",", "", "the scenario has no description, which is required.")]
    public void Parse_ABadValue_SaysWhatIsAllowed(string good, string bad, string message)
    {
        Assert.Contains(good, TriageSamples.File, StringComparison.Ordinal);

        var error = Assert.Throws<FormatException>(() => TriageFile.Parse(TriageSamples.File.Replace(good, bad, StringComparison.Ordinal)));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "the scenario is []; allowed is an object { }.")]
    [InlineData("{", "this is not JSON, line 1: ")]
    [InlineData("{ \"name\": \"a\", \"name\": \"b\" }", "this is not JSON: ")]
    public void Load_NoScenario_NamesTheFile(string text, string message)
    {
        using var folder = new Tests.Scenarios.TemporaryFolder();
        string path = folder.Write("bad.json", text);

        Assert.StartsWith($"{path}: {message}", Assert.Throws<FormatException>(() => TriageFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Load_EachShippedFile_IsNamedAndDescribed(string file)
    {
        IReadOnlyList<TriageScenario> scenarios = TriageFile.Load(Path.Combine(TriageFile.Folder, file));

        Assert.All(scenarios, scenario => Assert.Equal(Path.GetFileNameWithoutExtension(file), scenario.Name));
        Assert.StartsWith("// ", File.ReadAllText(Path.Combine(TriageFile.Folder, file)), StringComparison.Ordinal);
        Assert.InRange(scenarios[0].Description.Length, 40, 600);
    }

    [Fact]
    public void Load_Shipped_HasEachGoalAtTheUsualSlotsAndInTheShortForm()
    {
        IGrouping<string, TriageScenario>[] goals =
        [
            .. TriageFile.LoadShipped().Where(scenario => scenario.Goals.Count > 0).GroupBy(scenario => scenario.Name["goal-".Length..][..1]),
        ];

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], goals.Select(goal => goal.Key));
        Assert.All(goals, goal => Assert.Contains(goal, scenario => scenario.IsShort));
        Assert.All(goals.SelectMany(goal => goal), scenario => Assert.Equal(scenario.Slots == TriageScenario.UsualSlots, scenario.Decides));
        Assert.All(goals, goal => Assert.Equal([2, 8, 20, 64], goal.Select(scenario => scenario.Slots).Distinct().Order()));
        Assert.All(goals.SelectMany(goal => goal), scenario => Assert.InRange(scenario.Seeds, 10, 100));
    }

    [Fact]
    public void Offered_ByTheShippedFiles_IsWhatTheirNamesSay()
    {
        foreach (TriageScenario scenario in TriageFile.LoadShipped().Where(scenario => scenario.Name is "goal-1-overload" or "goal-3-latency" or "load-curve"))
        {
            Assert.StartsWith($"{scenario.Offered(1):0.##}x", scenario.Variant, StringComparison.Ordinal);
        }

        Assert.All(
            TriageFile.LoadShipped().Where(scenario => scenario.Name == "goal-6-chain").SelectMany(scenario => scenario.Phases.Select((_, phase) => scenario.Offered(phase))),
            offered => Assert.Equal(1.5, offered, 6));
    }
}
