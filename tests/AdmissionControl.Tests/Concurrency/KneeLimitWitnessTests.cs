using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>The host's witness starts a trial, and no more: it is evidence, and a trial has the last word.</summary>
public class KneeLimitWitnessTests
{
    private static readonly TimeSpan Objective = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A dependency that was slow while that was tried is fast again, and the rest of the latency is a wait for the host's processors now. Told so, the rule notices long before its next regular trial.
    /// </summary>
    [Fact]
    public void After_TheHostSaysThatItIsOurQueue_ComesDownSoon()
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.5, capacity: 1000, demand: 2000);
        KneeLimit rule = plant.Run(new KneeLimit(objective: Objective), seconds: 120);
        Assert.InRange(rule.Limit, 500, 1000);

        plant.Bare = 0.05;
        plant.HostDelay = latency => latency - plant.Bare;
        rule = plant.Run(rule, seconds: 60);

        Assert.InRange(rule.Limit, 50, 110);
        Assert.InRange(plant.Rate, 950, 1010);
    }

    /// <summary>A host that is busy with something else waits as long, whatever this limit is: once a trial has shown that, trials are as rare as ever.</summary>
    [Theory]
    [InlineData(0.05, 1.4)]
    [InlineData(1.05, 1)]
    public void After_TheHostWasWrong_TrialsAreRareAgain(double bare, double hostDelay)
    {
        FluidPlant plant = FluidPlant.Of(bare, capacity: 200, demand: 400);
        KneeLimit rule = plant.Run(new KneeLimit(objective: TimeSpan.FromSeconds(10)), seconds: 600);
        plant.HostDelay = _ => hostDelay;
        double inTrials = 0, all = 0;
        double steady = rule.Limit;
        KneeLimit last = rule;

        plant.Run(rule, seconds: 3600, (next, window) =>
        {
            inTrials += last.Limit < 0.75 * steady ? window.Duration.TotalSeconds : 0;
            all += window.Duration.TotalSeconds;
            last = next;
        });

        Assert.InRange(inTrials / all, 0.001, 0.03);
    }
}
