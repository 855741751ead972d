namespace Storefront.Shop;

/// <summary>How late the shop's thread pool runs a timer of 50 ms: the worst since the last look.</summary>
internal sealed class PoolStalls
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long _last;
    private TimeSpan _worst;

    public PoolStalls(TimeProvider clock)
    {
        _clock = clock;
        _last = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Observe(), null, Period, Period);
    }

    public TimeSpan Take()
    {
        lock (_lock)
        {
            TimeSpan worst = _worst;
            _worst = TimeSpan.Zero;
            return worst;
        }
    }

    private void Observe()
    {
        lock (_lock)
        {
            long now = _clock.GetTimestamp();
            TimeSpan late = _clock.GetElapsedTime(_last, now) - Period;
            _last = now;
            _worst = late > _worst ? late : _worst;
        }

        GC.KeepAlive(_timer);
    }
}
