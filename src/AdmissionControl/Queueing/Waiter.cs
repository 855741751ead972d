using System.Threading.Tasks.Sources;
using AdmissionControl.Modes;
using AdmissionControl.Triage;

namespace AdmissionControl.Queueing;

/// <summary>A request that waits. It holds nothing: no permit, no token, only its place in the queue.</summary>
/// <remarks>
/// Links, place and state change under the queue's lock only, so each waiter leaves the queue once and for one reason. The result is set after the lock was
/// left, and the caller's continuation runs on the thread pool.
/// </remarks>
internal sealed class Waiter : IValueTaskSource<AdmissionLease>
{
    private readonly WaitQueue _queue;
    private ManualResetValueTaskSourceCore<AdmissionLease> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public Waiter(WaitQueue queue, in AdmissionRequest request, TriageLevel level, long enqueuedAt, long expiresAt, bool isInquiry = false)
    {
        _queue = queue;
        Request = request;
        Level = level;
        EnqueuedAt = enqueuedAt;
        ExpiresAt = expiresAt;
        IsInquiry = isInquiry;
    }

    public AdmissionRequest Request { get; }

    /// <summary>Its place in the order of importance.</summary>
    public TriageLevel Level { get; }

    /// <summary>When it began to wait, in nanoseconds of the queue's clock.</summary>
    public long EnqueuedAt { get; }

    /// <summary>When it has waited long enough, in nanoseconds of the queue's clock.</summary>
    public long ExpiresAt { get; }

    /// <summary>Whether it only wants to hear that it would be admitted, and takes nothing then.</summary>
    public bool IsInquiry { get; }

    /// <summary>Neighbours in the list of its priority; <see cref="Next"/> also chains those that are done until their results are set.</summary>
    public Waiter? Previous { get; set; }

    public Waiter? Next { get; set; }

    /// <summary>Its place in the heap of expiries; below zero when it is not in it.</summary>
    public int HeapIndex { get; set; } = -1;

    /// <summary>Whether it has left the queue.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it was counted as one that found no free permit.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>What it was told, once it is done.</summary>
    public AdmissionLease Result { get; set; }

    /// <summary>The task that the caller awaits, once.</summary>
    public ValueTask<AdmissionLease> Task => new(this, _source.Version);

    /// <summary>Leaves the queue when the caller cancels. Called outside the lock: an already cancelled token calls back at once.</summary>
    public void CancelWith(CancellationToken cancellationToken) =>
        _registration = cancellationToken.UnsafeRegister(static state => ((Waiter)state!).Cancel(), this);

    /// <summary>For whom it waits, if that request runs already; else null.</summary>
    public ShadowWait? Shadow { get; init; }

    /// <summary>Hands the result to the caller. Called once, outside the lock.</summary>
    public void SetResult()
    {
        if (Shadow is not null)
        {
            Shadow.Answer(Result);
        }
        else
        {
            _source.SetResult(Result);
        }
    }

    public AdmissionLease GetResult(short token)
    {
        // Not under the lock: disposing waits for a callback that runs, and the callback waits for the lock.
        _registration.Dispose();
        return _source.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel() => _queue.Cancel(this);
}
