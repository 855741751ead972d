using AdmissionControl.Concurrency;
using AdmissionControl.Contention;

namespace AdmissionControl.Tests.Concurrency;

public class LatencySamplerTests
{
    private readonly LatencySampler _sampler = new(1000);

    [Fact]
    public void Next_UpToTheNumber_TakesAll()
    {
        _sampler.Adapt(1000);
        Assert.True(_sampler.TimesAll);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(_sampler.Next(PerThread.Current)));
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
        bool[] taken = [.. Enumerable.Range(0, Requests).Select(_ => _sampler.Next(PerThread.Current))];
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
        bool[] taken = [.. Enumerable.Range(0, 20_000).Select(_ => _sampler.Next(PerThread.Current))];
        for (int start = 0; start < 10_000; start += 77)
        {
            Assert.InRange(taken.AsSpan(start, 1000).Count(true), 98, 102);
        }
    }

    [Fact]
    public void TakeUntimed_Twice_CountsEachOnce()
    {
        _sampler.CountUntimed(PerThread.Current);
        _sampler.CountUntimed(PerThread.Current);
        Assert.Equal((2, 0), (_sampler.TakeUntimed(), _sampler.TakeUntimed()));
        _sampler.CountUntimed(PerThread.Current);
        Assert.Equal(1, _sampler.TakeUntimed());
    }
}
