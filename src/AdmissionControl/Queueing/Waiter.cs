using System.Threading.Tasks.Sources;
using AdmissionControl.Contention;
using AdmissionControl.Modes;
using AdmissionControl.Triage;

namespace AdmissionControl.Queueing;

/// <summary>A request that waits. It holds nothing: no permit, no token, only its place in the queue. Pooled: it serves one request after another.</summary>
/// <remarks>
/// Links, place and state change under the queue's lock only, so each waiter leaves the queue once and for one reason. The result is set after the lock was
/// left, and the caller's continuation runs on the thread pool. When the caller has taken the result, nobody knows the waiter any more: the queue has let go of it, and its cancellation is unregistered, which
/// waits for a callback that runs. Then it is idle. One whose result nobody takes is left to the garbage collector.
/// </remarks>
internal sealed class Waiter : IValueTaskSource<AdmissionLease>
{
    private WaitQueue? _queue;
    private ManualResetValueTaskSourceCore<AdmissionLease> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public AdmissionRequest Request { get; private set; }

    /// <summary>Its place in the order of importance.</summary>
    public TriageLevel Level { get; private set; }

    /// <summary>When it began to wait, in nanoseconds of the queue's clock.</summary>
    public long EnqueuedAt { get; private set; }

    /// <summary>When it has waited long enough, in nanoseconds of the queue's clock.</summary>
    public long ExpiresAt { get; private set; }

    /// <summary>Whether it only wants to hear that it would be admitted, and takes nothing then.</summary>
    public bool IsInquiry { get; set; }

    /// <summary>For whom it waits, if that request runs already; else null.</summary>
    public ShadowWait? Shadow { get; set; }

    /// <summary>Neighbours in the list of its line; <see cref="Next"/> also chains those that are done until their results are set.</summary>
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

    /// <summary>A waiter of this thread's, for a request that begins to wait.</summary>
    public static Waiter For(WaitQueue queue, in AdmissionRequest request, TriageLevel level, long now, long expiresAt)
    {
        Waiter waiter = PerThread.Current.Waiters.Rent();
        waiter._queue = queue;
        waiter.Request = request;
        waiter.Level = level;
        waiter.EnqueuedAt = now;
        waiter.ExpiresAt = expiresAt;
        return waiter;
    }

    /// <summary>Leaves the queue when the caller cancels. Called outside the lock: an already cancelled token calls back at once.</summary>
    public void CancelWith(CancellationToken cancellationToken) =>
        _registration = cancellationToken.UnsafeRegister(static state => ((Waiter)state!).Cancel(), this);

    /// <summary>Hands their results to all of a chain. Called once, outside the lock.</summary>
    public static void SetResults(Waiter? chain)
    {
        while (chain is { } waiter)
        {
            chain = waiter.Next;
            waiter.Next = null;
            waiter.SetResult();
        }
    }

    public AdmissionLease GetResult(short token)
    {
        // Throws for a task whose result was taken already, before anything of the waiter's next request is touched.
        _source.GetStatus(token);

        // Not under the lock: disposing waits for a callback that runs, and the callback waits for the lock.
        _registration.Dispose();
        AdmissionLease result = _source.GetResult(token);
        Rest();
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void SetResult()
    {
        if (Shadow is null)
        {
            _source.SetResult(Result);
            return;
        }

        ShadowWait shadow = Shadow;
        AdmissionLease result = Result;
        Rest();
        shadow.Answer(result);
    }

    private void Cancel() => _queue!.Cancel(this);

    private void Rest()
    {
        _source.Reset();
        _registration = default;
        _queue = null;
        IsInquiry = IsDone = IsBlocked = false;
        Shadow = null;
        Result = default;
        PerThread.Current.Waiters.Return(this);
    }
}
