using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Measuring;

/// <summary>A service of 100 a second.</summary>
public sealed class CapacityBoundTests
{
    private static readonly Scenario Scenario = new()
    {
        Name = "a",
        Objective = 0.1,
        Stages = [new StageSpec { Cores = 2, Service = new Distribution { Mean = 0.02 } }],
        Phases =
        [
            new Phase { Duration = 20, Load = 0.6 },
            new Phase { Duration = 20, Load = 2 },
            new Phase { Duration = 20, Load = 2, Cores = 1 },
            new Phase { Duration = 20, Load = 0.5, LoadAtEnd = 1.5 },
            new Phase { Duration = 20, Load = 0.5, DownstreamRate = 30 },
            new Phase { Duration = 20, Load = 0.5, FailsFast = true },
            new Phase { Duration = 20, Rate = 7 },
        ],
    };

    [Fact]
    public void GoodputPerPhase_EachKind_WhatComesOrCanBeServed() =>
        Assert.Equal([60, 100, 50, 87.5, 30, 0, 7], new CapacityBound().GoodputPerPhase(Scenario, 1).Select(rate => Math.Round(rate, 9)));

    [Fact]
    public void GoodputPerPhase_Bursts_BothStatesByTheirTime()
    {
        Scenario scenario = Scenario with { Bursts = new Bursts { Factor = 3, MeanOn = 1, MeanOff = 3 } };

        Assert.Equal((0.75 * 60) + (0.25 * 100), new CapacityBound().GoodputPerPhase(scenario, 1)[0], 9);
    }
}
