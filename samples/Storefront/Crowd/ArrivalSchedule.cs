namespace Storefront.Crowd;

/// <summary>Poisson arrivals of one phase: everything about a customer is drawn here, so nothing depends on the shop's answers.</summary>
internal sealed class ArrivalSchedule(int seed, double perSecond, TimeSpan start)
{
    private readonly Random _random = new(seed);
    private TimeSpan _at = start;

    public Arrival Next()
    {
        _at += TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / perSecond);
        return new Arrival(
            _at,
            Mix.Pick(_random.NextDouble()),
            Mix.PickRetries(_random.NextDouble()),
            Mix.ShortestPause + ((Mix.LongestPause - Mix.ShortestPause) * _random.NextDouble()),
            IsRetry: false);
    }
}
