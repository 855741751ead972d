using System.Threading.RateLimiting;
using AdmissionControl.RateLimiting;

namespace AdmissionControl.TokenBuckets;

/// <summary>Token buckets for whoever speaks <c>System.Threading.RateLimiting</c>.</summary>
public static class TokenBucketExtensions
{
    /// <summary>
    /// The bucket as one of the platform's limiters: for Polly, for ASP.NET Core's rate limiting, for anything that takes a
    /// <see cref="RateLimiter"/>.
    /// </summary>
    /// <remarks>
    /// The bucket stays the caller's: others may use it at the same time, several limiters may share it, and disposing a limiter ends its
    /// own waits only. Every success is one shared lease, so acquiring allocates nothing; a refusal is one small object with
    /// <see cref="MetadataName.RetryAfter"/>, rounded up, and <see cref="MetadataName.ReasonPhrase"/>. More permits than
    /// <see cref="TokenBucket.Burst"/> throw <see cref="ArgumentOutOfRangeException"/>; none ask whether there is one, or wait until there
    /// is, and take none. Idle means that the bucket is full and nobody waits. Thread-safe.
    /// </remarks>
    /// <param name="bucket">The bucket.</param>
    /// <param name="queueLimit">
    /// The most permits that may be waited for by <see cref="RateLimiter.AcquireAsync"/>, 0 or more; default 0, so that nobody waits. Who
    /// waits for none takes the place of one.
    /// </param>
    /// <param name="queueProcessingOrder">
    /// Who is served first. With the newest first, a full queue ends the wait of the oldest with a failed lease.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="bucket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="queueLimit"/> is below 0, or <paramref name="queueProcessingOrder"/> is none of the two.
    /// </exception>
    public static RateLimiter AsRateLimiter(
        this TokenBucket bucket, int queueLimit = 0, QueueProcessingOrder queueProcessingOrder = QueueProcessingOrder.OldestFirst)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        return new BucketRateLimiter(bucket, queueLimit, queueProcessingOrder);
    }
}
