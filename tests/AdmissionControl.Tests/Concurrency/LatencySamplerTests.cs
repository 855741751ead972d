using AdmissionControl.Concurrency;
using AdmissionControl.Contention;

namespace AdmissionControl.Tests.Concurrency;

public class LatencySamplerTests
{
    private static readonly ThreadCounters Counters = new(5 + LatencySampler.CounterCount);

    private readonly LatencySampler _sampler = new(1000, Counters, first: 5);
    private readonly CounterRow _row = Counters.RowOf(PerThread.Current);

    [Fact]
    public void Next_UpToTheNumber_TakesAll()
    {
        _sampler.Adapt(1000);
        Assert.True(_sampler.TimesAll);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(_sampler.Next(_row, out bool _)));
    }

    /// <summary>Whatever every k-th request of the traffic is, it is sampled with the same share as the rest.</summary>
    [Theory]
    [InlineData(4_000, 0.25)]
    [InlineData(10_000, 0.1)]
    [InlineData(500_000, 0.002)]
    public void Next_AboveTheNumber_TakesTheShareOfEveryPeriod(double rate, double share)
    {
        _sampler.Adapt(rate);
        Assert.False(_sampler.TimesAll);
        const int Requests = 600_000;
        bool[] taken = [.. Enumerable.Range(0, Requests).Select(i => _sampler.Next(_row, out bool _))];
        foreach (int period in (int[])[1, 2, 3, 4, 5, 8, 10, 16])
        {
            for (int phase = 0; phase < period; phase++)
            {
                int count = taken.Where((isTaken, i) => isTaken && i % period == phase).Count();
                Assert.InRange(count, (share * Requests / period * 0.97) - 3, (share * Requests / period * 1.03) + 3);
            }
        }
    }

    [Fact]
    public void Next_AnyWindow_TakesTheShareWithinTwo()
    {
        _sampler.Adapt(10_000);
        bool[] taken = [.. Enumerable.Range(0, 20_000).Select(i => _sampler.Next(_row, out bool _))];
        for (int start = 0; start < 10_000; start += 77)
        {
            Assert.InRange(taken.AsSpan(start, 1000).Count(true), 98, 102);
        }
    }

    /// <summary>However small the share is, a look is due once in sixteen requests of a thread.</summary>
    [Fact]
    public void Next_AnyShare_LooksOnceInSixteen()
    {
        _sampler.Adapt(1_000_000);
        bool[] looks = [.. Enumerable.Range(0, 16_000).Select(i =>
        {
            _sampler.Next(_row, out bool isLookDue);
            return isLookDue;
        })];
        for (int start = 0; start <= looks.Length - 16; start++)
        {
            Assert.Equal(1, looks.AsSpan(start, 16).Count(true));
        }
    }

    [Fact]
    public void TimeAll_UntilTheShareIsSetAgain_TakesAll()
    {
        _sampler.Adapt(1_000_000);
        _sampler.TimeAll();
        Assert.True(_sampler.TimesAll);
        _sampler.Adapt(1_000_000);
        Assert.False(_sampler.TimesAll);
    }

    [Fact]
    public void TakeUntimed_Twice_CountsEachOnceByOutcome()
    {
        _sampler.CountUntimed(_row, AdmissionOutcome.Success);
        _sampler.CountUntimed(_row, AdmissionOutcome.Success);
        _sampler.CountUntimed(_row, AdmissionOutcome.Overloaded);
        Assert.Equal((2, 1, 0), Take());
        _sampler.CountUntimed(_row, AdmissionOutcome.Ignored);
        _sampler.CountUntimed(_row, (AdmissionOutcome)9);
        Assert.Equal((1, 0, 1), Take());
        Assert.Equal((0, 0, 0), Take());

        (long Success, long Overloaded, long Ignored) Take() =>
            (_sampler.TakeUntimed(AdmissionOutcome.Success), _sampler.TakeUntimed(AdmissionOutcome.Overloaded), _sampler.TakeUntimed(AdmissionOutcome.Ignored));
    }
}
