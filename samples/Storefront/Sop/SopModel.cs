using Storefront.Wire;

namespace Storefront.Sop;

/// <summary>
/// SOP, the legacy order system, as a model in time. One server takes 100 ms an order, so 10 orders a second. Up to
/// <see cref="QueueLength"/> orders wait behind the one in work; beyond that an order is refused at once. When more than twice
/// its rate arrives, averaged over <see cref="OverloadWindow"/> and counting the refused ones too, it falls over: for
/// <see cref="OutageLength"/> it accepts connections and answers none, loses what it had in work, and comes back empty.
/// It does not notice a caller who leaves: such an order is worked on all the same. Safe for concurrent use.
/// </summary>
internal sealed class SopModel(TimeProvider clock)
{
    public const int OrdersPerSecond = 10;
    public const int QueueLength = 5;
    public const int OverloadFactor = 2;

    public static readonly TimeSpan ServiceTime = TimeSpan.FromSeconds(1) / OrdersPerSecond;
    public static readonly TimeSpan OverloadWindow = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan OutageLength = TimeSpan.FromSeconds(8);

    private static readonly int TolerableArrivals = (int)(OrdersPerSecond * OverloadFactor * OverloadWindow.TotalSeconds);

    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();
    private readonly Queue<TimeSpan> _recentArrivals = [];
    private TimeSpan _busyUntil;
    private TimeSpan _darkUntil;
    private int _outages;
    private long _arrived;
    private long _served;
    private long _refused;

    /// <summary>An order arrives now.</summary>
    public SopTicket Arrive()
    {
        lock (_lock)
        {
            TimeSpan now = Now();
            _arrived++;
            if (now < _darkUntil)
            {
                return SopTicket.Hang;
            }

            if (FallsOver(now))
            {
                _outages++;
                _darkUntil = now + OutageLength;
                _busyUntil = now;
                _recentArrivals.Clear();
                return SopTicket.Hang;
            }

            if (InSystem(now) > QueueLength)
            {
                _refused++;
                return SopTicket.Refuse;
            }

            _busyUntil = (_busyUntil > now ? _busyUntil : now) + ServiceTime;
            return new SopTicket(SopVerdict.Accepted, _busyUntil - now, _outages);
        }
    }

    /// <summary>The order's time has come: false when an outage lost it in between.</summary>
    public bool Complete(SopTicket ticket)
    {
        lock (_lock)
        {
            bool kept = ticket.Outage == _outages;
            _served += kept ? 1 : 0;
            return kept;
        }
    }

    public SopFigures Figures()
    {
        lock (_lock)
        {
            TimeSpan now = Now();
            TimeSpan remaining = now < _darkUntil ? _darkUntil - now : TimeSpan.Zero;
            TimeSpan dark = (_outages * OutageLength) - remaining;
            return new SopFigures(InSystem(now), _arrived, _served, _refused, remaining > TimeSpan.Zero, _outages, dark.TotalSeconds);
        }
    }

    private TimeSpan Now() => clock.GetElapsedTime(_origin);

    private int InSystem(TimeSpan now) => _busyUntil <= now ? 0 : (int)Math.Ceiling((_busyUntil - now) / ServiceTime);

    private bool FallsOver(TimeSpan now)
    {
        _recentArrivals.Enqueue(now);
        while (_recentArrivals.Peek() <= now - OverloadWindow)
        {
            _recentArrivals.Dequeue();
        }

        return _recentArrivals.Count > TolerableArrivals;
    }
}
