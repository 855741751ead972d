using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>
/// A limiter under the contract, and the world around it. As it stands: a limiter of rates on the system's clock that is replenished by
/// hand.
/// </summary>
public class Subject(RateLimiter limiter, Shape shape) : IDisposable
{
    public RateLimiter Limiter => limiter;

    public Shape Shape => shape;

    public virtual TimeProvider Time => TimeProvider.System;

    /// <summary>So many permits can never be there.</summary>
    public int MoreThanEver { get; init; } = shape.Permits + 1;

    /// <summary>Permits that flow in each second; none when they come back with their leases.</summary>
    public virtual double PermitsPerSecond => shape.PermitsPerSecond;

    /// <summary>When the permits asked for from an exhausted limiter can be there, at the earliest.</summary>
    public virtual TimeSpan TimeUntil(int permits) => shape.TimeOf(permits);

    /// <summary>
    /// Lets at least this much time pass; microseconds only, where the clock is the system's, because nothing sleeps here.
    /// </summary>
    public virtual void Pass(TimeSpan time)
    {
        long start = TimeProvider.System.GetTimestamp();
        SpinWait.SpinUntil(() => TimeProvider.System.GetElapsedTime(start) > time, TimeSpan.FromMinutes(1));
    }

    /// <summary>Lets what has flowed in be seen.</summary>
    public virtual void Replenish() => (limiter as ReplenishingRateLimiter)?.TryReplenish();

    /// <summary>Makes all permits come back.</summary>
    /// <param name="leases">Those that are out.</param>
    public virtual void GiveBack(params RateLimitLease[] leases)
    {
        Pass(shape.TimeOf(shape.Permits) + TimeSpan.FromMicroseconds(1));
        Replenish();
    }

    public void Dispose()
    {
        limiter.Dispose();
        GC.SuppressFinalize(this);
    }
}
