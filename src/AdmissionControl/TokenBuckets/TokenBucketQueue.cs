using System.Diagnostics.CodeAnalysis;
using AdmissionControl.Queueing;

namespace AdmissionControl.TokenBuckets;

/// <summary>Waits for the tokens of a bucket: paced at its rate, in order, cancellable, and bounded.</summary>
/// <remarks>
/// Whoever takes from the bucket itself does not queue and overtakes those who do; who wants order takes through the queue alone. A wait takes one
/// short lock and one object; while nobody waits, a take costs what it costs on the bucket. One timer for the first in line: timers are late, and
/// everything that is due is granted in one call. The bucket's bound is never exceeded to make up for a late timer, so what flows in beyond a full
/// burst is lost: to keep the whole rate, let the burst last longer than timers are late (about a millisecond on Linux, 16 ms on Windows).
/// A change of the bucket's limits and a refund are seen at once. Thread-safe.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, though of callers and not a collection.")]
public sealed class TokenBucketQueue : IDisposable
{
    private readonly TokenBucket _bucket;
    private readonly PermitQueue _queue;

    /// <summary>An empty queue in front of a bucket.</summary>
    /// <param name="bucket">The bucket; it stays the caller's.</param>
    /// <param name="maxWaiting">The most permits that may be waited for, at least 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="bucket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxWaiting"/> is below 1.</exception>
    public TokenBucketQueue(TokenBucket bucket, int maxWaiting)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWaiting, 1);
        _bucket = bucket;
        _queue = new PermitQueue(new BucketSource(bucket), maxWaiting, isNewestFirst: false, bucket.TimeProvider);
    }

    /// <summary>The permits that are waited for. A snapshot.</summary>
    public int Waiting => _queue.WaitingPermits;

    /// <summary>Takes permits if they are there and nobody waits for any.</summary>
    /// <param name="permits">How many, at least 1.</param>
    /// <param name="retryAfter">As in <see cref="TokenBucket.TryTake(int, out TimeSpan)"/>, without those who wait.</param>
    /// <returns>Whether the permits were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public bool TryTake(int permits, out TimeSpan retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        if (_queue.TryTake(permits, out retryAfter))
        {
            return true;
        }

        if (retryAfter == TimeSpan.Zero)
        {
            retryAfter = _bucket.TimeUntil((long)permits + _queue.WaitingPermits, permits, reserve: 0);
        }

        return false;
    }

    /// <summary>Takes permits, or waits in line until they are there.</summary>
    /// <param name="permits">How many, at least 1.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="RejectionReason.Cancelled"/>; it does not throw.</param>
    /// <returns>
    /// <see cref="RejectionReason.None"/> when the permits were taken; <see cref="RejectionReason.Rate"/> when they are more than the burst, which are never there;
    /// <see cref="RejectionReason.QueueFull"/>, <see cref="RejectionReason.Cancelled"/> or <see cref="RejectionReason.ShuttingDown"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public ValueTask<RejectionReason> TakeAsync(int permits = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        return permits > _bucket.Burst ? new(RejectionReason.Rate)
            : cancellationToken.IsCancellationRequested ? new(RejectionReason.Cancelled)
            : _queue.TakeAsync(permits, cancellationToken);
    }

    /// <summary>Ends every wait with <see cref="RejectionReason.ShuttingDown"/>; nobody waits from now on. The bucket goes on.</summary>
    public void Dispose() => _queue.Dispose();
}
