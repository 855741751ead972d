using Storefront.Measuring;

namespace Storefront.Tests.Measuring;

public sealed class StallWatchTests
{
    private readonly StallWatch _watch = new();

    [Fact]
    public void Take_GapBeyondThreshold_CountsIt()
    {
        Observe(0, 50, 151, 251);

        Assert.Equal((1L, TimeSpan.FromMilliseconds(101)), _watch.Take());
    }

    [Fact]
    public void Take_Again_StartsAfresh()
    {
        Observe(0, 500);
        _watch.Take();
        Observe(510);

        Assert.Equal((0L, TimeSpan.FromMilliseconds(10)), _watch.Take());
    }

    private void Observe(params int[] milliseconds)
    {
        foreach (int at in milliseconds)
        {
            _watch.Observe(TimeSpan.FromMilliseconds(at));
        }
    }
}
