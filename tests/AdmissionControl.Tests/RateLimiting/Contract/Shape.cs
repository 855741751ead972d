using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>What a fact wants of a limiter.</summary>
public sealed record Shape
{
    /// <summary>The most permits at once.</summary>
    public int Permits { get; init; } = 3;

    public int QueueLimit { get; init; }

    public QueueProcessingOrder Order { get; init; } = QueueProcessingOrder.OldestFirst;

    /// <summary>Permits that flow in each period, where they flow in.</summary>
    public int PermitsPerPeriod { get; init; } = 1;

    /// <summary>Short, so that a limiter on the system's clock has everything back after microseconds.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMicroseconds(1);

    public double PermitsPerSecond => PermitsPerPeriod / Period.TotalSeconds;

    /// <summary>The time in which this many permits flow in, rounded up.</summary>
    public TimeSpan TimeOf(int permits) => new((long)Math.Ceiling(permits / PermitsPerSecond * TimeSpan.TicksPerSecond));
}
