using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>The service changes under overload; the limit follows, and what is served with it.</summary>
public class KneeLimitChangeTests
{
    private readonly FluidPlant _plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 2000);

    /// <summary>A dependency that takes four times as long needs four times as many in flight: it is no queue of ours.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void After_ASlowDependency_IsNotTakenForAQueue(int? objective)
    {
        KneeLimit rule = Settle(new KneeLimit(objective: objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
        _plant.Bare = 0.2;
        rule = _plant.Run(rule, seconds: 30);
        AssertServes(rule, 1000, leastLimit: 200, mostLimit: 400);
    }

    /// <summary>When it is fast again, the limit comes down again.</summary>
    [Fact]
    public void After_TheDependencyIsFastAgain_ComesDown()
    {
        _plant.Bare = 0.2;
        KneeLimit rule = Settle(new KneeLimit(objective: TimeSpan.FromSeconds(1)));
        _plant.Bare = 0.05;
        rule = _plant.Run(rule, seconds: 600);
        AssertServes(rule, 1000, leastLimit: 50, mostLimit: 110);
    }

    /// <summary>At its least limit it cannot try a lower one; that must not make it hold a slow dependency for a queue for good.</summary>
    [Fact]
    public void After_ASlowDependencyAtTheLeastLimit_Rises()
    {
        KneeLimit rule = Settle(new KneeLimit(new LimitRange(20, 20, 10_000), TimeSpan.FromSeconds(4)));
        _plant.Bare = 1;
        rule = _plant.Run(rule, seconds: 60);
        AssertServes(rule, 1000, leastLimit: 1000, mostLimit: 2000);
    }

    /// <summary>Nor where every answer is late whatever the limit is, because the service alone takes longer than the objective.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void After_AnObjectiveThatCannotBeMet_DoesNotStayAtTheLeastLimit(int least)
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.7, capacity: 1000, demand: 1000);
        KneeLimit rule = plant.Run(new KneeLimit(new LimitRange(least, least, 10_000), TimeSpan.FromSeconds(0.5)), seconds: 1800);
        Assert.True(rule.Limit > 10 * least, $"The limit is {rule.Limit}.");
    }

    [Fact]
    public void After_CapacityIsLost_ComesDown()
    {
        KneeLimit rule = Settle(new KneeLimit(objective: TimeSpan.FromSeconds(1)));
        _plant.Capacity = 250;
        rule = _plant.Run(rule, seconds: 60);
        AssertServes(rule, 250, leastLimit: 12.5, mostLimit: 30);
    }

    [Fact]
    public void After_CapacityIsWon_Rises()
    {
        KneeLimit rule = Settle(new KneeLimit(objective: TimeSpan.FromSeconds(1)));
        (_plant.Capacity, _plant.Demand) = (4000, 8000);
        rule = _plant.Run(rule, seconds: 60);
        AssertServes(rule, 4000, leastLimit: 200, mostLimit: 320);
    }

    [Fact]
    public void After_TheLoadFits_NobodyIsBlockedForLong()
    {
        KneeLimit rule = Settle(new KneeLimit(objective: TimeSpan.FromSeconds(1)));
        _plant.Demand = 900;
        rule = _plant.Run(rule, seconds: 10);
        _plant.Run(rule, seconds: 60, (_, window) => Assert.Equal(0, window.Blocked));
    }

    /// <summary>Trials take less than one percent of the time, once the bare latency is known.</summary>
    [Fact]
    public void After_Settling_TrialsAreRare()
    {
        KneeLimit rule = _plant.Run(new KneeLimit(objective: TimeSpan.FromSeconds(1)), seconds: 120);
        double limit = rule.Limit, all = 0, low = 0;
        _plant.Run(rule, seconds: 1200, (after, window) =>
        {
            all += window.Duration.TotalSeconds;
            low += after.Limit < 0.75 * limit ? window.Duration.TotalSeconds : 0;
        });
        Assert.True(low > 0, "Nothing was tried.");
        Assert.True(low < 0.01 * all, $"{low} of {all} s");
    }

    /// <summary>The first requests may be so much cheaper than the rest that eight times their latency is less than one of those to come.</summary>
    [Fact]
    public void After_CheapRequestsFirst_FindsTheKneeOfTheRest()
    {
        _plant.Bare = 0.001;
        _plant.Demand = 100;
        KneeLimit rule = _plant.Run(new KneeLimit(), seconds: 10);
        _plant.Bare = 0.05;
        rule = _plant.Run(rule, seconds: 60);
        _plant.Demand = 2000;
        rule = _plant.Run(rule, seconds: 120);
        AssertServes(rule, 1000, leastLimit: 50, mostLimit: 110);
    }

    /// <summary>
    /// The objective bears tens of thousands, and each that waits slows the service down: long before anybody is refused or late the rate falls while more and more pile up. Without a tax it does
    /// not, and they may.
    /// </summary>
    [Theory]
    [InlineData(0.001, 0, 2000)]
    [InlineData(0, 5000, 30_000)]
    public void After_MorePileUp_IsTriedWhereTheRateFalls(double tax, double least, double most)
    {
        (_plant.Demand, _plant.Tax) = (600, tax);
        KneeLimit rule = Settle(new KneeLimit(objective: TimeSpan.FromSeconds(60)));
        Assert.InRange(rule.Limit, 10_000, 60_000);
        _plant.Demand = 1500;
        double inFlight = 0;
        rule = _plant.Run(rule, seconds: 15, (_, window) => inFlight = Math.Max(inFlight, window.InFlight));
        Assert.InRange(inFlight, least, most);
        if (tax > 0)
        {
            AssertServes(rule, 1000, leastLimit: 50, mostLimit: 110);
        }
    }

    /// <summary>Few end, too, while a dependency gets slow. Nobody is refused for it who can still be answered in time.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public void After_ADependencyGetsSlow_NobodyIsBlocked(double seconds)
    {
        (_plant.Demand, _plant.Tax) = (600, 0.005);
        KneeLimit rule = Settle(new KneeLimit(objective: TimeSpan.FromSeconds(60)));
        _plant.Bare = seconds;
        _plant.Run(rule, seconds: 60, (_, window) => Assert.Equal(0, window.Blocked));
    }

    /// <summary>Told nothing, it takes a dependency that is forty times slower for lateness at first. A trial shows that each permit is at work, and the limit grows until all are let in.</summary>
    [Fact]
    public void After_ADependencyGetsSlowAndNothingWasSaid_LetsAllInSoon()
    {
        (_plant.Demand, _plant.Bare) = (900, 0.05);
        KneeLimit rule = Settle(new KneeLimit());
        _plant.Bare = 2;
        rule = _plant.Run(rule, seconds: 40);
        AssertServes(rule, 900, leastLimit: 1800, mostLimit: 10_000);
    }

    private KneeLimit Settle(KneeLimit rule) => _plant.Run(rule, seconds: 60);

    private void AssertServes(KneeLimit rule, double rate, double leastLimit, double mostLimit)
    {
        double served = 0;
        double seconds = 0;
        List<double> limits = [];
        _plant.Run(rule, seconds: 60, (after, window) =>
        {
            served += window.Samples;
            seconds += window.Duration.TotalSeconds;
            limits.Add(after.Limit);
        });
        Assert.True(served / seconds > 0.95 * rate, $"{served / seconds} of {rate} a second at {rule.Limit}");

        // In the midst of a trial it may be less.
        limits.Sort();
        Assert.InRange(limits[limits.Count / 2], leastLimit, mostLimit);
    }
}
