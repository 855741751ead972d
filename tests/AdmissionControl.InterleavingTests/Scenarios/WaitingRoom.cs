using AdmissionControl.Concurrency;
using AdmissionControl.InterleavingTests.Scheduling;
using AdmissionControl.Queueing;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>A gate with a queue in front, and the book of who holds and who waits.</summary>
internal sealed class WaitingRoom
{
    private readonly List<(int Permits, Task<RejectionReason> Answer)> _asked = [];
    private int _held;

    public WaitingRoom(int limit, int held, bool isNewestFirst = false)
    {
        Gate = new ConcurrencyGate(limit);
        Queue = new PermitQueue(new GateSource(Gate), limit: 10, isNewestFirst, new StillTime());
        _held = held;
        Must.Hold(held == 0 || Gate.TryAcquire(held), "The set-up could not take what is held.");
    }

    public ConcurrencyGate Gate { get; }

    public PermitQueue Queue { get; }

    /// <summary>Takes permits or waits for them.</summary>
    public Task<RejectionReason> Ask(int permits, CancellationToken cancellationToken = default)
    {
        Task<RejectionReason> answer = Queue.TakeAsync(permits, cancellationToken).AsTask();
        _asked.Add((permits, answer));
        return answer;
    }

    /// <summary>Takes permits as one who does not wait.</summary>
    public bool TryTake(int permits) => Book(Queue.TryTake(permits, out _), permits);

    /// <summary>The same past the queue: a user of the gate alone.</summary>
    public bool TryAcquire(int permits) => Book(Gate.TryAcquire(permits), permits);

    public void Release(int permits)
    {
        _held -= permits;
        Gate.Release(permits);
    }

    /// <summary>No permit is lost or doubled, everybody who waits is counted, and nobody waits while what they ask for is free.</summary>
    public void MustBeInOrder()
    {
        int granted = _asked.Where(a => a.Answer.IsCompleted && a.Answer.Result == RejectionReason.None).Sum(a => a.Permits);
        int[] waiting = [.. _asked.Where(a => !a.Answer.IsCompleted).Select(a => a.Permits)];
        Must.Equal(_held + granted, Gate.InFlight, "permits in flight");
        Must.Equal(waiting.Length, Gate.Waiters, "waiters that the gate counts");
        Must.Equal(waiting.Length, Queue.Count, "waiters that the queue counts");
        Must.Equal(waiting.Sum(), Queue.WaitingPermits, "permits that are waited for");
        Must.Hold(
            waiting.Length == 0 || !Gate.CanGrant(waiting[0], Gate.Limit),
            $"Somebody waits for {(waiting.Length == 0 ? 0 : waiting[0])} while {Gate.InFlight} of {Gate.Limit} are in flight: a lost wake-up.");
    }

    private bool Book(bool isTaken, int permits)
    {
        _held += isTaken ? permits : 0;
        return isTaken;
    }

    public void MustBeWithin(int limit) => Must.Hold(Gate.InFlight <= limit, $"{Gate.InFlight} permits in flight, above the limit of {limit}.");
}
