using Storefront.Crowd;

namespace Storefront.Tests.Crowd;

public sealed class ArrivalScheduleTests
{
    private const int Many = 100_000;

    [Fact]
    public void Next_SameSeed_SameCustomers()
    {
        Assert.Equal(Draw(seed: 1, perSecond: 100, 500), Draw(seed: 1, perSecond: 100, 500));
    }

    [Fact]
    public void Next_Many_KeepsRateAndMix()
    {
        Arrival[] arrivals = Draw(seed: 2, perSecond: 1000, Many);

        Assert.InRange(arrivals[^1].At.TotalSeconds, 98, 102);
        Assert.InRange(arrivals.Count(a => a.Class == RequestClass.Checkout), 1800, 2200);
        Assert.InRange(arrivals.Count(a => a.Class == RequestClass.Browse), 59_000, 61_000);
        Assert.InRange(arrivals.Count(a => a.RetriesLeft > 0), 19_000, 21_000);
    }

    [Fact]
    public void Again_RetryLeft_ComesAfterThePauseWithOneLess()
    {
        Arrival first = new(TimeSpan.FromSeconds(1), RequestClass.Browse, 2, TimeSpan.FromSeconds(0.5), IsRetry: false);

        Arrival again = first.Again(left: TimeSpan.FromSeconds(3));

        Assert.Equal(new Arrival(TimeSpan.FromSeconds(3.5), RequestClass.Browse, 1, TimeSpan.FromSeconds(0.5), IsRetry: true), again);
    }

    private static Arrival[] Draw(int seed, double perSecond, int count)
    {
        ArrivalSchedule schedule = new(seed, perSecond, TimeSpan.Zero);
        return [.. Enumerable.Range(0, count).Select(_ => schedule.Next())];
    }
}
