using System.Threading.RateLimiting;
using AdmissionControl.RateLimiting;

namespace AdmissionControl.Concurrency;

/// <summary>Gates for whoever speaks <c>System.Threading.RateLimiting</c>.</summary>
public static class ConcurrencyGateExtensions
{
    /// <summary>
    /// The gate as one of the platform's limiters: for Polly, for ASP.NET Core's rate limiting, for anything that takes a
    /// <see cref="RateLimiter"/>.
    /// </summary>
    /// <remarks>
    /// The gate stays the caller's: others may use it at the same time, several limiters may share it, its limit may change, and disposing
    /// a limiter ends its own waits only; leases that are out still give their permits back. A success is one object of 32 bytes, which
    /// releases its permits when it is first disposed and never again. A gate's limit has no maximum, and a request above it passes when
    /// nothing else is in flight, so only more than <see cref="AdmissionRequest.MaxCost"/> permits throw
    /// <see cref="ArgumentOutOfRangeException"/>; none ask whether there is one, or wait until there is, and take none. No completion can
    /// be foretold, so a refusal has <see cref="MetadataName.ReasonPhrase"/> only. Idle means that nothing is in flight and nobody waits,
    /// and counts from the end of this limiter's last lease, by the coarse clock. Thread-safe.
    /// </remarks>
    /// <param name="gate">The gate.</param>
    /// <param name="queueLimit">
    /// The most permits that may be waited for by <see cref="RateLimiter.AcquireAsync"/>, 0 or more; default 0, so that nobody waits. Who
    /// waits for none takes the place of one.
    /// </param>
    /// <param name="queueProcessingOrder">
    /// Who is served first. With the newest first, a full queue ends the wait of the oldest with a failed lease.
    /// </param>
    /// <param name="timeProvider">The clock of <see cref="RateLimiter.IdleDuration"/>; the system's when null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="gate"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="queueLimit"/> is below 0, or <paramref name="queueProcessingOrder"/> is none of the two.
    /// </exception>
    public static RateLimiter AsRateLimiter(
        this ConcurrencyGate gate,
        int queueLimit = 0,
        QueueProcessingOrder queueProcessingOrder = QueueProcessingOrder.OldestFirst,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return new GateRateLimiter(gate, queueLimit, queueProcessingOrder, timeProvider);
    }
}
