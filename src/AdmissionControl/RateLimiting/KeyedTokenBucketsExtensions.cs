using System.Threading.RateLimiting;
using AdmissionControl.RateLimiting;

namespace AdmissionControl.KeyedBuckets;

/// <summary>Keyed buckets for whoever speaks <c>System.Threading.RateLimiting</c>.</summary>
public static class KeyedTokenBucketsExtensions
{
    /// <summary>
    /// The buckets as the platform's limiter of partitions: for ASP.NET Core's <c>GlobalLimiter</c> (with
    /// <see cref="PartitionedRateLimiter{TResource}.WithTranslatedKey"/>), for anything that takes a
    /// <see cref="PartitionedRateLimiter{TResource}"/>.
    /// </summary>
    /// <remarks>
    /// The buckets stay the caller's; disposing the limiter changes nothing for others. There is no queue, whose memory would grow with the
    /// keys that wait: <see cref="PartitionedRateLimiter{TResource}.AcquireAsync"/> answers at once. Every success is one shared lease, so
    /// acquiring allocates nothing; a refusal is one small object with <see cref="MetadataName.RetryAfter"/>, rounded up, and
    /// <see cref="MetadataName.ReasonPhrase"/>. More permits than <see cref="KeyedTokenBuckets{TKey}.Burst"/> throw
    /// <see cref="ArgumentOutOfRangeException"/>; none ask whether there is one and take none. Available permits are those of the key; the
    /// totals count all keys together, because nothing is kept for a key but its bucket. Thread-safe.
    /// </remarks>
    /// <typeparam name="TKey">The type of the keys.</typeparam>
    /// <param name="buckets">The buckets.</param>
    /// <exception cref="ArgumentNullException"><paramref name="buckets"/> is null.</exception>
    public static PartitionedRateLimiter<TKey> AsPartitionedRateLimiter<TKey>(this KeyedTokenBuckets<TKey> buckets)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(buckets);
        return new KeyedRateLimiter<TKey>(buckets);
    }
}
