using AdmissionControl.Timing;

namespace AdmissionControl.TokenBuckets;

/// <summary>
/// Several rates together, such as 30/s and 400/min and 10000/h: a permit is taken from all of them or from none, and a refusal tells one time
/// to come back, the largest of those that the lacking rates ask for. Lock-free, no timer, no allocation.
/// </summary>
/// <remarks>
/// One <see cref="TokenBucket"/> a rate. Invariant: each of them keeps its own bound, burst + rate x (window + one coarse tick), because each take
/// goes through it; and at rest each has given exactly what was admitted, less refunds and hold-backs.
/// <para>
/// A take looks at every bucket first, and only when all have the permits takes from one after the other. So a refusal takes nothing from
/// anyone, unless another thread was faster: when a bucket refuses what it had a moment ago, those before it get their permits back. Meanwhile a
/// concurrent taker can see these buckets lacking permits that nobody will use: at most the permits of the calls that are between their look and their return, in
/// each bucket. It may be refused for that; it is never admitted for that, because a taken permit is not there for two. The refund restores
/// the bucket exactly.
/// </para>
/// <para>
/// A call never repeats: it takes from each bucket at most once, so its retry bound is that of the buckets. Every take and refund is a
/// full fence. Thread-safe.
/// </para>
/// </remarks>
public sealed class CompositeRate
{
    private readonly TokenBucket[] _buckets;
    private readonly TimeSpan _coarseTick;

    /// <summary>Rates on the system's clock, each with a burst of what one of its periods brings.</summary>
    /// <param name="rates">
    /// At least one. A burst is the permits of one period, rounded down, at least 1: 30/s has a burst of 30 and 400/min one of 400. So in any window each rate admits
    /// at most burst + rate x window: after a pause, 400/min admits up to 800 in one minute, 400 at once and 400 as they flow in. Who must keep to 400
    /// in any minute gives half the rate and half the burst.
    /// </param>
    /// <exception cref="ArgumentException">There is no rate.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of the range of a <see cref="TokenBucket"/>, or its period is not above zero.</exception>
    public CompositeRate(params ReadOnlySpan<Rate> rates)
        : this(null, rates)
    {
    }

    /// <summary>Rates on any clock, each with a burst of what one of its periods brings.</summary>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="rates">As in <see cref="CompositeRate(ReadOnlySpan{Rate})"/>.</param>
    /// <exception cref="ArgumentException">There is no rate.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of the range of a <see cref="TokenBucket"/>, or its period is not above zero.</exception>
    public CompositeRate(TimeProvider? timeProvider, params ReadOnlySpan<Rate> rates)
        : this(CreateBuckets(AdmissionClock.For(timeProvider), rates))
    {
    }

    /// <summary>Rates with bursts of their own.</summary>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="limits">At least one. Rate and burst as in <see cref="TokenBucket(double, int, TimeProvider?)"/>.</param>
    /// <exception cref="ArgumentException">There is no rate.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate or a burst is out of the range of a <see cref="TokenBucket"/>.</exception>
    public CompositeRate(TimeProvider? timeProvider, params ReadOnlySpan<(Rate Rate, int Burst)> limits)
        : this(CreateBuckets(AdmissionClock.For(timeProvider), limits))
    {
    }

    /// <summary>Buckets together. Each may also be used alone or in another composite: then it limits all of its users together.</summary>
    /// <param name="buckets">At least one, none twice.</param>
    /// <exception cref="ArgumentException">There is no bucket, or one twice.</exception>
    /// <exception cref="ArgumentNullException">A bucket is null.</exception>
    public CompositeRate(params ReadOnlySpan<TokenBucket> buckets)
        : this(buckets.ToArray())
    {
    }

    private CompositeRate(TokenBucket[] buckets)
    {
        if (buckets.Length == 0)
        {
            throw new ArgumentException("A composite rate has 0 rates; it must have at least 1.", nameof(buckets));
        }

        for (int i = 0; i < buckets.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(buckets[i], nameof(buckets));
            int same = Array.IndexOf(buckets, buckets[i], 0, i);
            if (same >= 0)
            {
                throw new ArgumentException($"Buckets {same} and {i} of a composite rate are the same one; each must be given once.", nameof(buckets));
            }
        }

        _buckets = buckets;
        _coarseTick = buckets.Max(b => b.CoarseTick);
    }

    /// <summary>The buckets, one a rate, in the order in which they were given. To change a rate while it is in use, update its bucket.</summary>
    public IReadOnlyList<TokenBucket> Buckets => Array.AsReadOnly(_buckets);

    /// <summary>Whole permits that could be taken now: the least of all rates. A snapshot.</summary>
    public int AvailablePermits
    {
        get
        {
            int least = int.MaxValue;
            foreach (TokenBucket bucket in _buckets)
            {
                least = Math.Min(least, bucket.AvailablePermits);
            }

            return least;
        }
    }

    /// <summary>Takes one permit of every rate if all have one.</summary>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake() => TryTake(1, out _);

    /// <summary>Takes one permit of every rate if all have one.</summary>
    /// <param name="retryAfter">As in <see cref="TryTake(int, out TimeSpan)"/>.</param>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake(out TimeSpan retryAfter) => TryTake(1, out retryAfter);

    /// <summary>Takes several permits of every rate, all or none.</summary>
    /// <param name="permits">How many, at least 1. More than the smallest burst are never there.</param>
    /// <param name="retryAfter">
    /// Zero when taken; else the time after which every rate will have the permits if nobody else takes any, rounded up: the largest of those that lack them.
    /// <see cref="TimeSpan.MaxValue"/> when they are more than the smallest burst.
    /// </param>
    /// <returns>Whether the permits were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public bool TryTake(int permits, out TimeSpan retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        retryAfter = TimeUntil(permits);
        if (retryAfter > TimeSpan.Zero)
        {
            return false;
        }

        for (int i = 0; i < _buckets.Length; i++)
        {
            if (!_buckets[i].TryTake(permits, out TimeSpan refused))
            {
                // Somebody was faster since the look.
                Refund(permits, i);
                retryAfter = Longer(refused, TimeUntil(permits));
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives permits back to every rate that were taken and not used. No bucket holds more than its burst.</summary>
    /// <param name="permits">How many, at least 1, and no more than were taken.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public void Refund(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        Refund(permits, _buckets.Length);
    }

    /// <summary>
    /// Holds everything back, as a downstream's <c>Retry-After</c> asks: the next permit is there after the given time. Only the bucket of the highest rate
    /// is held back. That is enough, since a take needs all of them, and the slower ones keep their permits: a bucket that was held back starts empty, and an
    /// empty one of 10000/h would slow the whole down to 3 a second for an hour.
    /// </summary>
    /// <param name="duration">As in <see cref="TokenBucket.HoldBack"/>.</param>
    public void HoldBack(TimeSpan duration)
    {
        TokenBucket fastest = _buckets[0];
        foreach (TokenBucket bucket in _buckets)
        {
            if (bucket.PermitsPerSecond > fastest.PermitsPerSecond)
            {
                fastest = bucket;
            }
        }

        fastest.HoldBack(duration);
    }

    private static TokenBucket[] CreateBuckets(AdmissionClock clock, ReadOnlySpan<Rate> rates)
    {
        var buckets = new TokenBucket[rates.Length];
        for (int i = 0; i < rates.Length; i++)
        {
            buckets[i] = new TokenBucket(rates[i].PermitsPerSecond, BurstOf(rates[i]), clock);
        }

        return buckets;
    }

    private static TokenBucket[] CreateBuckets(AdmissionClock clock, ReadOnlySpan<(Rate Rate, int Burst)> limits)
    {
        var buckets = new TokenBucket[limits.Length];
        for (int i = 0; i < limits.Length; i++)
        {
            buckets[i] = new TokenBucket(limits[i].Rate.PermitsPerSecond, limits[i].Burst, clock);
        }

        return buckets;
    }

    private static int BurstOf(Rate rate) => (int)Math.Clamp(Math.Floor(rate.Permits), 1, int.MaxValue);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>How long until every rate has these permits; zero when all have them now. Takes nothing.</summary>
    private TimeSpan TimeUntil(int permits)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (TokenBucket bucket in _buckets)
        {
            bucket.Has(permits, out TimeSpan retryAfter);
            longest = Longer(longest, retryAfter);
        }

        return longest > TimeSpan.Zero && longest < _coarseTick ? PreciseTimeUntil(permits, longest) : longest;
    }

    /// <summary>
    /// A coarse reading that is ahead may find permits in a bucket that needs up to a tick yet. That matters only when all that lack need less than a tick, too.
    /// </summary>
    private TimeSpan PreciseTimeUntil(int permits, TimeSpan longest)
    {
        foreach (TokenBucket bucket in _buckets)
        {
            longest = Longer(longest, bucket.TimeUntil(permits, permits, reserve: 0));
        }

        return longest;
    }

    /// <summary>Gives back to the first buckets.</summary>
    private void Refund(int permits, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _buckets[i].Refund(permits);
        }
    }
}
