using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Scenarios;

public sealed class ScenarioFileTests
{
    private const string Good =
        """{ "name": "a", "objective": 1, "stages": [{ "service": { "mean": 0.02 } }], "phases": [{ "duration": 60, "load": 2 }] }""";

    [Fact]
    public void Load_WhatTheFileLeavesOut_HasItsDefault()
    {
        Scenario scenario = ScenarioFile.Parse(Good);

        Assert.Equal((20, 10, ""), (scenario.InitialLimit, scenario.Seeds, scenario.Description));
        Assert.Equal((false, 0.1), (scenario.IsHeldOut, scenario.Clients.Backoff));
        Assert.Equal(new StageSpec { Service = new Distribution { Mean = 0.02 } }, scenario.Stages[0]);
        Assert.Equal(new Phase { Duration = 60, Load = 2 }, scenario.Phases[0]);
    }

    [Fact]
    public void Load_EveryProperty_IsRead()
    {
        Scenario scenario = ScenarioFile.Parse(
            """
            // A comment.
            {
              "name": "all-1.5x", "description": "All.", "isHeldOut": true,
              "objective": 0.3, "initialLimit": 7, "seeds": 3, "refusalCost": 0.001,
              "stages": [
                {
                  "kind": "shared", "cores": 4, "tax": 0.02, "isHost": true,
                  "service": { "kind": "bimodal", "mean": 0.02, "longShare": 0.1, "long": 0.1 }
                },
                { "kind": "delay", "service": { "kind": "pareto", "mean": 0.1, "shape": 1.5 } }, // Another.
              ],
              "phases": [
                {
                  "duration": 60, "load": 0.5, "loadAtEnd": 2, "cores": 2,
                  "serviceFactor": 3, "delayFactor": 4, "downstreamRate": 5, "isMarked": true
                },
                { "duration": 9, "rate": 30, "failsFast": true, "isMarked": false },
              ],
              "clients": { "deadline": 2, "cancels": true, "retries": 3, "backoff": 0.5 },
              "pauses": { "every": 5, "duration": 0.3 },
              "bursts": { "factor": 3, "meanOn": 2, "meanOff": 10 },
              "priorities": [0.1, 0.9],
            }
            """);

        Assert.Equal(("all-1.5x", "All.", true), (scenario.Name, scenario.Description, scenario.IsHeldOut));
        Assert.Equal((0.3, 7, 3), (scenario.Objective, scenario.InitialLimit, scenario.Seeds));
        Assert.Equal(0.001, scenario.RefusalCost);
        Assert.Equal(
            [
                new StageSpec
                {
                    Kind = StageKind.Shared, Cores = 4, Tax = 0.02, IsHost = true,
                    Service = new Distribution { Kind = DistributionKind.Bimodal, Mean = 0.02, LongShare = 0.1, Long = 0.1 },
                },
                new StageSpec
                {
                    Kind = StageKind.Delay,
                    Service = new Distribution { Kind = DistributionKind.Pareto, Mean = 0.1, Shape = 1.5 },
                },
            ],
            scenario.Stages);
        Assert.Equal(
            [
                new Phase { Duration = 60, Load = 0.5, LoadAtEnd = 2, Cores = 2, ServiceFactor = 3, DelayFactor = 4, DownstreamRate = 5 },
                new Phase { Duration = 9, Rate = 30, FailsFast = true, IsMarked = false },
            ],
            scenario.Phases);
        Assert.Equal(new Clients { Deadline = 2, Cancels = true, Retries = 3, Backoff = 0.5 }, scenario.Clients);
        Assert.Equal(new Pauses { Every = 5, Duration = 0.3 }, scenario.Pauses);
        Assert.Equal(new Bursts { Factor = 3, MeanOn = 2, MeanOff = 10 }, scenario.Bursts);
        Assert.Equal([0.1, 0.9], scenario.Priorities);
    }

    [Theory]
    [InlineData("\"objective\": 1", "\"objectve\": 1", "objectve is no property; allowed are name, description, isHeldOut, objective,")]
    [InlineData("\"load\": 2", "\"loda\": 2", "phases[0].loda is no property; allowed are duration, load,")]
    [InlineData("\"mean\": 0.02", "\"Mean\": 0.02", "stages[0].service.Mean is no property")]
    [InlineData("\"name\": \"a\",", "\"duration\": 3,", "duration is no property")]
    [InlineData("\"objective\": 1, ", "", "the scenario has no objective, which is required")]
    [InlineData("\"duration\": 60, ", "", "phases[0] has no duration, which is required")]
    [InlineData("\"load\": 2", "\"load\": 2, \"load\": 3", "phases[0].load stands twice")]
    [InlineData("\"objective\": 1", "\"objective\": \"1\"", "objective is \"1\"; allowed is a number")]
    [InlineData("\"objective\": 1", "\"objective\": null", "objective is null; allowed is a number")]
    [InlineData("\"load\": 2", "\"load\": 2, \"cores\": 1.5", "phases[0].cores is 1.5; allowed is a whole number")]
    [InlineData("\"load\": 2", "\"load\": 2, \"isMarked\": 1", "phases[0].isMarked is 1; allowed is true or false")]
    [InlineData("\"name\": \"a\"", "\"name\": 5", "name is 5; allowed is a text")]
    [InlineData(
        "\"mean\": 0.02",
        "\"mean\": 0.02, \"kind\": \"weibull\"",
        "stages[0].service.kind is \"weibull\"; allowed is \"lognormal\", \"constant\",")]
    [InlineData("\"mean\": 0.02", "\"mean\": 0.02, \"kind\": 1", "stages[0].service.kind is 1; allowed is \"lognormal\"")]
    [InlineData("{ \"mean\": 0.02 }", "0.02", "stages[0].service is 0.02; allowed is an object")]
    [InlineData(
        "[{ \"duration\": 60, \"load\": 2 }]",
        "{ \"duration\": 60, \"load\": 2 }",
        "phases is { \"duration\": 60, \"load\": 2 }; allowed is a list")]
    [InlineData("[{ \"duration\": 60, \"load\": 2 }]", "[null]", "phases[0] is null; allowed is an object")]
    [InlineData("\"objective\": 1,", "\"objective\" 1,", "this is not JSON")]
    public void Load_WrongShape_NamesFilePropertyValueAndWhatIsAllowed(string right, string wrong, string message) =>
        AssertRefused(Good.Replace(right, wrong, StringComparison.Ordinal), message);

    [Theory]
    [InlineData("\"name\": \"a\"", "\"name\": \"A b\"", "name is 'A b'; allowed are 1 to 80 small letters")]
    [InlineData("\"name\": \"a\"", "\"name\": \"../a\"", "name is '../a'")]
    [InlineData("\"objective\": 1", "\"objective\": 0", "objective is 0 s; allowed is from 0.001 to 3600 s")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"initialLimit\": 0", "initialLimit is 0; allowed is from 1 to 1000000")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"seeds\": 1001", "seeds is 1001; allowed is from 1 to 1000")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"refusalCost\": -1", "refusalCost is -1 s")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"priorities\": [1, 1, 1, 1, 1, 1]", "priorities has 6 entries; allowed are 1 to 5")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"priorities\": [0, 0]", "priorities sum up to 0")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"clients\": { \"deadline\": 0 }", "clients.deadline is 0 s")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"clients\": { \"retries\": 21 }", "clients.retries is 21; allowed is from 0 to 20")]
    [InlineData(
        "\"objective\": 1",
        "\"objective\": 1, \"clients\": { \"cancels\": true }",
        "clients.cancels is true without a clients.deadline")]
    [InlineData(
        "\"objective\": 1",
        "\"objective\": 1, \"pauses\": { \"every\": 1, \"duration\": 1 }",
        "pauses.duration is 1 s; allowed is from 0.0001 to 0.99 s")]
    [InlineData(
        "\"objective\": 1",
        "\"objective\": 1, \"bursts\": { \"factor\": 1, \"meanOn\": 1, \"meanOff\": 1 }",
        "bursts.factor is 1; allowed is from 1.001")]
    [InlineData("\"duration\": 60", "\"duration\": 1e999", "phases[0].duration is ")]
    [InlineData("\"duration\": 60", "\"duration\": 10", "phases has no marked one that outlasts its lead-in")]
    [InlineData("\"duration\": 60", "\"duration\": 60, \"isMarked\": false", "phases has no marked one")]
    [InlineData("\"load\": 2", "\"load\": -1", "phases[0].load is -1; allowed is from 0 to 1000")]
    [InlineData("\"load\": 2", "\"load\": 2, \"rate\": 5", "phases[0].rate is 5/s beside load 2; allowed is either of the two")]
    [InlineData("\"load\": 2", "\"load\": 2, \"cores\": 0", "phases[0].cores is 0; allowed is from 1")]
    [InlineData("\"load\": 2", "\"load\": 2, \"serviceFactor\": 0", "phases[0].serviceFactor is 0; allowed is from 0.001")]
    [InlineData("\"load\": 2", "\"rate\": 5, \"loadAtEnd\": 3", "phases[0].rate is 5/s beside loadAtEnd 3; allowed is either of the two")]
    [InlineData(", \"load\": 2", "", "phases[0].load is absent or 0, so that nobody comes; allowed is a load above 0, or a rate")]
    [InlineData("\"objective\": 1", "\"objective\": 0.02", "objective is 0.02 s, and the work alone takes 0.02 s on the mean")]
    [InlineData("{ \"service\"", "{ \"kind\": \"delay\", \"tax\": 1, \"service\"", "stages[0].tax is 1; a delay has no cores")]
    [InlineData("\"mean\": 0.02", "\"mean\": 0", "stages[0].service.mean is absent or 0; allowed is from 0.000001")]
    [InlineData("\"mean\": 0.02", "\"mean\": 0.02, \"kind\": \"exponential\", \"shape\": 2", "stages[0].service.shape is 2; only a lognormal and a pareto have one")]
    [InlineData("\"mean\": 0.02", "\"mean\": 0.02, \"long\": 2", "stages[0].service.long is 2; only a bimodal has one")]
    [InlineData("\"mean\": 0.02", "\"mean\": 0.02, \"kind\": \"bimodal\", \"long\": 0.1", "stages[0].service.longShare is absent or 0")]
    [InlineData("\"mean\": 0.02", "\"mean\": 0.02, \"shape\": 0", "stages[0].service.shape is 0; allowed is from 0.001")]
    [InlineData("\"mean\": 0.02", "\"mean\": 0.02, \"kind\": \"pareto\"", "stages[0].service.shape is 1; allowed is from 1.01 to 100")]
    [InlineData(
        "\"mean\": 0.02",
        "\"mean\": 0.02, \"kind\": \"bimodal\", \"longShare\": 0.1, \"long\": 0.3",
        "service.long is 0.3 s; allowed is from 0.02 to 0.2 s")]
    [InlineData(
        "{ \"service\"",
        "{ \"kind\": \"delay\", \"isHost\": true, \"service\"",
        "stages[0].isHost is true; a delay has no thread pool")]
    [InlineData("{ \"service\"", "{ \"kind\": \"delay\", \"service\"", "phases[0].rate is absent")]
    [InlineData(
        "{ \"service\"",
        "{ \"isHost\": true, \"service\": { \"mean\": 1 } }, { \"isHost\": true, \"service\"",
        "stages has isHost 2 times")]
    public void Load_ValueOutOfRange_NamesFilePropertyValueAndWhatIsAllowed(string right, string wrong, string message) =>
        AssertRefused(Good.Replace(right, wrong, StringComparison.Ordinal), message);

    [Theory]
    [InlineData("\"objective\": 1", "\"objective\": 0.021, \"initialLimit\": 1, \"seeds\": 1")]
    [InlineData("\"objective\": 1", "\"objective\": 3600, \"initialLimit\": 1000000, \"seeds\": 1000")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"clients\": { \"retries\": 20, \"backoff\": 0 }")]
    [InlineData("\"objective\": 1", "\"objective\": 1, \"priorities\": [0, 0, 0, 0, 1]")]
    public void Load_ValueAtTheEdgeOfItsRange_IsAllowed(string inner, string edge) =>
        Assert.Equal("a", ScenarioFile.Parse(Good.Replace(inner, edge, StringComparison.Ordinal)).Name);

    [Fact]
    public void Load_NoJson_NamesTheLineAsEditorsCount() => AssertRefused("{\n  \"name\" 1\n}", "this is not JSON, line 2: '1' is");

    [Fact]
    public void Load_EmptyFile_SaysSo() => AssertRefused(" \n", "the file is empty.");

    [Fact]
    public void Load_MissingFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "nothing.json");

        FormatException error = Assert.Throws<FormatException>(() => ScenarioFile.Load(path));

        Assert.StartsWith($"{path}: the file cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadFolder_Files_InOrderOfTheirNames()
    {
        using var folder = new TemporaryFolder();
        folder.Write("2.json", Good.Replace("\"a\"", "\"first\"", StringComparison.Ordinal));
        folder.Write("10.json", Good.Replace("\"a\"", "\"second\"", StringComparison.Ordinal));
        folder.Write("notes.md", "none");

        Assert.Equal(["second", "first"], ScenarioFile.LoadFolder(folder.Path).Select(scenario => scenario.Name));
    }

    [Fact]
    public void LoadFolder_TwoOfOneName_NamesBothFiles()
    {
        using var folder = new TemporaryFolder();
        string first = folder.Write("1.json", Good);
        string second = folder.Write("2.json", Good);

        FormatException error = Assert.Throws<FormatException>(() => ScenarioFile.LoadFolder(folder.Path));

        Assert.StartsWith($"{second}: name is 'a', which {first} has already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadFolder_EmptyOrMissing_SaysSo()
    {
        using var folder = new TemporaryFolder();

        FormatException empty = Assert.Throws<FormatException>(() => ScenarioFile.LoadFolder(folder.Path));
        FormatException missing = Assert.Throws<FormatException>(() => ScenarioFile.LoadFolder(Path.Combine(folder.Path, "x")));

        Assert.Contains("holds no scenario", empty.Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", missing.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string text, string message)
    {
        Assert.NotEqual(Good, text);
        using var folder = new TemporaryFolder();
        string path = folder.Write("bad.json", text);

        FormatException error = Assert.Throws<FormatException>(() => ScenarioFile.Load(path));

        Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
