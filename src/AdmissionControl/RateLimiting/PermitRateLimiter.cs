using System.Threading.RateLimiting;
using AdmissionControl.Queueing;

namespace AdmissionControl.RateLimiting;

/// <summary>The platform's contract over a source of permits and the queue in front of it.</summary>
/// <remarks>
/// The queue keeps the order, ends cancelled waits and never holds its lock while a callback runs; here its answers become leases. The
/// source is the caller's, may be used by others at the same time, and outlives the limiter. Thread-safe.
/// </remarks>
internal abstract class PermitRateLimiter : RateLimiter
{
    private readonly LeaseCounts _counts = new();
    private readonly PermitQueue _queue;
    private volatile bool _isDisposed;

    protected PermitRateLimiter(IPermitSource source, int queueLimit, QueueProcessingOrder queueProcessingOrder, TimeProvider timeProvider)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queueLimit);
        if (!Enum.IsDefined(queueProcessingOrder))
        {
            throw new ArgumentOutOfRangeException(
                nameof(queueProcessingOrder), queueProcessingOrder, "The order must be OldestFirst or NewestFirst.");
        }

        _queue = new PermitQueue(source, queueLimit, queueProcessingOrder == QueueProcessingOrder.NewestFirst, timeProvider);
    }

    /// <summary>Whether anybody waits in this limiter's queue.</summary>
    protected bool HasWaiters => _queue.Count > 0;

    /// <summary>The permits that are waited for in this limiter's queue.</summary>
    protected int WaitingPermits => _queue.WaitingPermits;

    protected abstract int AvailablePermits { get; }

    /// <summary>Why the source refuses one who does not wait.</summary>
    protected abstract RejectionReason SourceReason { get; }

    public sealed override RateLimiterStatistics? GetStatistics()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _counts.Snapshot(AvailablePermits, WaitingPermits);
    }

    protected sealed override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        ThrowIfNeverThere(permitCount);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _queue.TryTake(permitCount, out TimeSpan retryAfter) ? Grant(permitCount) : Refuse(SourceReason, permitCount, retryAfter);
    }

    protected sealed override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ThrowIfNeverThere(permitCount);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ValueTask<RejectionReason> taking = _queue.TakeAsync(permitCount, cancellationToken);
        return taking.IsCompletedSuccessfully
            ? Answer(taking.Result, permitCount, cancellationToken)
            : WaitAsync(taking, permitCount, cancellationToken);
    }

    /// <summary>Ends the waits. From <see cref="RateLimiter.DisposeAsync"/> it is called with false; there is no finalizer.</summary>
    protected sealed override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _queue.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Refuses what the source could not give even with nobody else about.</summary>
    protected abstract void ThrowIfNeverThere(int permitCount);

    /// <summary>The lease of permits that were taken.</summary>
    protected abstract RateLimitLease Hold(int permits);

    /// <summary>When to come back, after those who wait; null when nobody can tell, or never.</summary>
    /// <param name="permits">What was asked for.</param>
    /// <param name="retryAfter">What the source said; zero when it was not asked.</param>
    protected abstract TimeSpan? WhenThere(int permits, TimeSpan retryAfter);

    private async ValueTask<RateLimitLease> WaitAsync(ValueTask<RejectionReason> taking, int permits, CancellationToken cancellationToken) =>
        await Answer(await taking.ConfigureAwait(false), permits, cancellationToken).ConfigureAwait(false);

    private ValueTask<RateLimitLease> Answer(RejectionReason reason, int permits, CancellationToken cancellationToken) => reason switch
    {
        RejectionReason.None => new(Grant(permits)),
        RejectionReason.Cancelled => ValueTask.FromCanceled<RateLimitLease>(cancellationToken),
        _ => new(Refuse(reason, permits, TimeSpan.Zero)),
    };

    private RateLimitLease Grant(int permits)
    {
        _counts.CountSuccess();
        return permits == 0 ? AcquiredLease.Shared : Hold(permits);
    }

    private RefusedLease Refuse(RejectionReason reason, int permits, TimeSpan retryAfter)
    {
        _counts.CountFailure();
        return new RefusedLease(reason, reason == RejectionReason.ShuttingDown ? null : WhenThere(permits, retryAfter));
    }
}
