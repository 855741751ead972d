using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Oracles;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Engine;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Oracles;

public sealed class OracleCacheTests
{
    private static readonly Scenario Scenario = Runs.Of(
        Runs.Cores(2, 0.02), new Phase { Duration = 20, Load = 1 }, new Phase { Duration = 9, Load = 2 });

    [Fact]
    public void GoodputPerPhase_AgainByAnother_IsReadToTheLastDigit()
    {
        using var folder = new TemporaryFolder();
        var oracle = new CountingOracle(100.0 / 3, 1e-17);

        double[] found = new OracleCache(oracle, folder.Path).GoodputPerPhase(Scenario, 1);
        double[] kept = new OracleCache(oracle, folder.Path).GoodputPerPhase(Scenario, 1);

        Assert.Equal(1, oracle.Searches);
        Assert.Equal([100.0 / 3, 1e-17], found);
        Assert.Equal(found, kept);
    }

    [Fact]
    public void GoodputPerPhase_OtherScenarioOrSeed_IsSearchedAgain()
    {
        using var folder = new TemporaryFolder();
        var oracle = new CountingOracle(1, 2);
        var cache = new OracleCache(oracle, folder.Path);

        cache.GoodputPerPhase(Scenario, 1);
        cache.GoodputPerPhase(Scenario, 2);
        cache.GoodputPerPhase(Scenario with { Objective = 0.3 }, 1);
        cache.GoodputPerPhase(Scenario with { Phases = [new Phase { Duration = 20, Load = 1.1 }, Scenario.Phases[1]] }, 1);

        Assert.Equal(4, oracle.Searches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1\nx")]
    [InlineData("1\nNaN")]
    [InlineData("1\n2\n3")]
    public void GoodputPerPhase_FileIsNotWhole_IsSearchedAgainAndReplaced(string text)
    {
        using var folder = new TemporaryFolder();
        var oracle = new CountingOracle(1, 2);
        var cache = new OracleCache(oracle, folder.Path);
        cache.GoodputPerPhase(Scenario, 1);
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        File.WriteAllText(file, text);

        Assert.Equal([1, 2], cache.GoodputPerPhase(Scenario, 1));
        Assert.Equal([1, 2], cache.GoodputPerPhase(Scenario, 1));

        Assert.Equal(2, oracle.Searches);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Key_FilesThatDifferInTheStartAlone_IsTheSame()
    {
        Scenario[] starts = [.. ShippedScenarios.Load().Where(scenario => scenario.Name.StartsWith("12-initial", StringComparison.Ordinal))];

        Assert.Equal(6, starts.Length);
        Assert.Single(starts.Select(scenario => OracleKey.Of(scenario, 1)).Distinct());
        Assert.NotEqual(OracleKey.Of(starts[0], 1), OracleKey.Of(starts[0], 2));
    }

    private sealed class CountingOracle(params double[] rates) : IOracle
    {
        public int Searches { get; private set; }

        public double[] GoodputPerPhase(Scenario scenario, int seed)
        {
            Searches++;
            return rates;
        }
    }
}
