using AdmissionControl.Concurrency;
using FsCheck;
using FsCheck.Fluent;

namespace AdmissionControl.Tests.Concurrency;

public class LatencyTallyTests
{
    private const long Minute = LatencyTally.LongestTicks;

    [Fact]
    public void Take_Nothing_IsNothing()
    {
        var tally = new LatencyTally();
        Assert.Equal(new LatencySum(0, 0, 0, Minute), tally.Take());
    }

    /// <summary>Whatever is added, the sums are those of plain addition, and the next window begins empty.</summary>
    [Fact]
    public void Take_AnyRequests_IsTheirSums()
    {
        Gen<(long Ticks, int Permits)> requests =
            from ticks in Gen.OneOf(Gen.Choose(0, 1000).Select(x => (long)x), Gen.Choose(0, int.MaxValue).Select(x => x % (Minute + 1)), Gen.Constant(Minute))
            from permits in Gen.OneOf(Gen.Constant(1), Gen.Choose(1, AdmissionRequest.MaxCost))
            select (ticks, permits);
        Prop.ForAll(requests.ListOf().ToArbitrary(), all =>
        {
            var tally = new LatencyTally();
            foreach ((long ticks, int permits) in all)
            {
                Assert.False(tally.Add(ticks, permits));
            }

            var expected = new LatencySum(
                all.Count,
                all.Sum(r => r.Ticks),
                all.Sum(r => r.Ticks * r.Permits),
                all.Select(r => r.Ticks).DefaultIfEmpty(Minute).Min());
            Assert.Equal(all.Count, tally.Count);
            Assert.Equal(expected, tally.Take());
            Assert.Equal(new LatencySum(0, 0, 0, Minute), tally.Take());
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>The last request that fits before it says that it is full, and as many again as may come meanwhile, of the largest cost and latency.</summary>
    [Fact]
    public void Add_LongestOfTheLargestCost_SaysFullInTimeAndOverflowsNothing()
    {
        var tally = new LatencyTally();
        int added = 1;
        while (!tally.Add(Minute, AdmissionRequest.MaxCost))
        {
            Assert.False(tally.IsFull);
            added++;
        }

        Assert.True(tally.IsFull);
        Assert.Equal(((1L << 43) / Minute) + 1, added);
        for (int i = 0; i < 700; i++)
        {
            Assert.True(tally.Add(Minute, AdmissionRequest.MaxCost));
            added++;
        }

        Assert.Equal(new LatencySum(added, added * Minute, added * Minute * AdmissionRequest.MaxCost, Minute), tally.Take());
        Assert.False(tally.IsFull);
    }

    [Fact]
    public void Add_ManyWithoutLatency_SaysFullAtHalfOfTheCount()
    {
        var tally = new LatencyTally();
        for (int i = 1; i < 1 << 18; i++)
        {
            Assert.False(tally.Add(0, 1));
        }

        Assert.True(tally.Add(0, 1));
        Assert.Equal(new LatencySum(1 << 18, 0, 0, 0), tally.Take());
    }
}
