using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using AdmissionControl.Contention;
using AdmissionControl.Timing;

namespace AdmissionControl.RateLimiting;

/// <summary>A controller as one of the platform's limiters. See <see cref="AdmissionControllerExtensions.AsRateLimiter"/>.</summary>
/// <remarks>Waits are in the controller's own queue; disposal ends those of this limiter and nobody else's. Thread-safe.</remarks>
[SuppressMessage("Reliability", "CA2213", Justification = "Once cancelled, a source holds nothing, and a late wait may still link to it.")]
internal sealed class ControllerRateLimiter : RateLimiter
{
    private const long NanosecondsPerTick = 100;

    private readonly LeaseCounts _counts = new();
    private readonly CancellationTokenSource _disposal = new();
    private readonly AdmissionController _controller;
    private readonly AdmissionRequest _request;
    private readonly AdmissionOutcome _disposalOutcome;
    private long _lastUse;
    private volatile bool _isDisposed;

    public ControllerRateLimiter(AdmissionController controller, RequestPriority priority, AdmissionOutcome disposalOutcome)
    {
        if (priority > RequestPriority.Bulk)
        {
            throw new ArgumentOutOfRangeException(nameof(priority), priority, "The priority must be one of Critical, High, Normal, Low and Bulk.");
        }

        if (disposalOutcome is not (AdmissionOutcome.Success or AdmissionOutcome.Ignored))
        {
            throw new ArgumentOutOfRangeException(
                nameof(disposalOutcome), disposalOutcome, "Disposal cannot tell an overload: the outcome must be Success or Ignored.");
        }

        _controller = controller;
        _request = new AdmissionRequest(priority);
        _disposalOutcome = disposalOutcome;
        _lastUse = Clock.Coarse;
    }

    /// <summary>
    /// The controller is asked before the moment is read: a lease leaves its moment before it ends, so an empty controller never shows an
    /// old one.
    /// </summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            if (!_controller.IsAtRest)
            {
                return null;
            }

            TimeSpan unused = TimeSpan.FromTicks(Math.Max(0, Clock.Coarse - Volatile.Read(ref _lastUse)) / NanosecondsPerTick);
            return _controller.Stages.Bucket is not { } bucket ? unused
                : bucket.FullFor is not { } fullFor ? null
                : fullFor < unused ? fullFor : unused;
        }
    }

    private AdmissionClock Clock => _controller.Clock;

    public override RateLimiterStatistics? GetStatistics()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _counts.Snapshot(_controller.Stages.AvailablePermits(_request.Priority), _controller.WaitingPermits);
    }

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        ThrowIfNeverThere(permitCount);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return permitCount == 0
            ? Answer(AdmissionLease.Refused(_controller.Inquire(_request, out TimeSpan retryAfter), retryAfter))
            : Answer(_controller.TryAdmit(_request with { Cost = permitCount }));
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ThrowIfNeverThere(permitCount);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_controller.HasQueue || _controller.EffectiveMode != AdmissionMode.Enforce)
        {
            return new(AttemptAcquireCore(permitCount));
        }

        // What needs no wait needs no token that joins the caller's with that of disposal.
        if (permitCount == 0)
        {
            RejectionReason lacks = _controller.Inquire(_request, out TimeSpan dueIn);
            return lacks != RejectionReason.None && _controller.MayWait(lacks)
                ? WaitAsync(_request, isInquiry: true, cancellationToken)
                : new(Answer(AdmissionLease.Refused(lacks, dueIn)));
        }

        AdmissionRequest request = _request with { Cost = permitCount };
        AdmissionLease answer = _controller.TryEnter(request, PerThread.Current);
        return answer.IsAdmitted ? new(Answer(answer))
            : _controller.MayWait(answer.Reason) ? WaitAsync(request, isInquiry: false, cancellationToken)
            : new(Answer(_controller.Refuse(request, answer.Reason, answer.RetryAfter)));
    }

    /// <summary>
    /// Ends the waits of this limiter. From <see cref="RateLimiter.DisposeAsync"/> it is called with false; there is no finalizer.
    /// </summary>
    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _disposal.Cancel();
        base.Dispose(disposing);
    }

    private void ThrowIfNeverThere(int permitCount)
    {
        int maxCost = _controller.Plan.MaxCost;
        if (permitCount > maxCost)
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitCount), permitCount, $"The policy '{_controller.Name}' never admits a cost above {maxCost}.");
        }
    }

    private async ValueTask<RateLimitLease> WaitAsync(AdmissionRequest request, bool isInquiry, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        AdmissionLease lease = await _controller.WaitAsync(request, either.Token, isInquiry).ConfigureAwait(false);
        if (lease.Reason != RejectionReason.Cancelled)
        {
            return Answer(lease);
        }

        return cancellationToken.IsCancellationRequested
            ? throw new TaskCanceledException(message: null, innerException: null, cancellationToken)
            : Answer(AdmissionLease.Refused(RejectionReason.ShuttingDown, TimeSpan.Zero));
    }

    /// <summary>The platform's form of an answer. One that neither admits nor has a reason to refuse says that a permit is there.</summary>
    private RateLimitLease Answer(in AdmissionLease lease)
    {
        if (lease.IsAdmitted || lease.Reason == RejectionReason.None)
        {
            _counts.CountSuccess();
            return lease.IsAdmitted ? new Lease(this, lease) : AcquiredLease.Shared;
        }

        _counts.CountFailure();
        bool isForetold = lease.RetryAfter != TimeSpan.Zero && lease.RetryAfter != TimeSpan.MaxValue;
        return new RefusedLease(lease.Reason, isForetold ? lease.RetryAfter : null);
    }

    private void Complete(in AdmissionLease lease)
    {
        Volatile.Write(ref _lastUse, Clock.Coarse);
        lease.Complete(_disposalOutcome);
    }

    /// <summary>An admission until it is disposed the first time; the version in the controller's lease makes sure of that.</summary>
    private sealed class Lease(ControllerRateLimiter limiter, AdmissionLease lease) : AcquiredLease
    {
        protected override void Dispose(bool disposing)
        {
            limiter.Complete(lease);
            base.Dispose(disposing);
        }
    }
}
