using AdmissionControl.Concurrency;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>The gate, alone and with its queue.</summary>
internal static class ConcurrencyGateScenarios
{
    public static IEnumerable<Scenario> All { get; } =
    [
        new("gate: takers and releases", TakersAndReleases, Preemptions: 3),
        new("gate: a taker and a limit that changes", TakerAndLimit, Preemptions: 4),
        new("gate: a release meets an arrival", ReleaseMeetsArrival, Preemptions: 4),
        new("gate: two releases meet an arrival", TwoReleasesMeetAnArrival, Preemptions: 3),
        new("gate: two releases meet a waiter", TwoReleasesMeetAWaiter, Preemptions: 4),
        new("gate: a raised limit meets an arrival", RaisedLimitMeetsArrival, Preemptions: 4),
        new("gate: a newcomer beside a waiter", NewcomerBesideWaiter, Preemptions: 3),
        new("gate: a cancellation meets a release", CancellationMeetsRelease, Preemptions: 3),
        new("gate: a cancellation makes room for less", CancellationMakesRoom, Preemptions: 3),
        new("gate: a disposal meets an arrival and a release", DisposalMeetsArrival),
        new("gate: newest first, a newcomer and a release", NewestFirst),
    ];

    /// <summary>Requests of different cost, one larger than the limit. The gate must behave as if they came one after another.</summary>
    private static Play TakersAndReleases()
    {
        const int Limit = 2;
        var gate = new ConcurrencyGate(Limit);
        var history = new History<Occupancy>(new(0));
        void Use(int permits)
        {
            bool isTaken = history.Record(
                $"TryAcquire({permits})",
                () => gate.TryAcquire(permits),
                (state, taken) => taken == (state.InFlight == 0 || state.InFlight + permits <= Limit) ? (taken ? new(state.InFlight + permits) : state) : null);
            if (isTaken)
            {
                history.Record($"Release({permits})", () => gate.Release(permits), state => new(state.InFlight - permits));
            }
        }

        return new(() => Use(1), () => Use(2), () => Use(3))
        {
            Always = () => Must.Hold(gate.InFlight is >= 0 and <= 3, $"{gate.InFlight} permits in flight."),
            AtEnd = () => history.MustBeExplained(state => state.InFlight == gate.InFlight),
        };
    }

    private static Play TakerAndLimit()
    {
        var gate = new ConcurrencyGate(1);
        var history = new History<Bounded>(new(0, 1));
        void Take() => history.Record(
            "TryAcquire(1)",
            () => gate.TryAcquire(),
            (state, taken) => taken == (state.InFlight < state.Limit) ? (taken ? state with { InFlight = state.InFlight + 1 } : state) : null);
        void SetLimit(int limit) => history.Record($"Limit = {limit}", () => gate.Limit = limit, state => state with { Limit = limit });

        return new(() => { Take(); Take(); }, () => { SetLimit(2); SetLimit(1); })
        {
            AtEnd = () => history.MustBeExplained(state => (state.InFlight, state.Limit) == (gate.InFlight, gate.Limit)),
        };
    }

    private static Play ReleaseMeetsArrival()
    {
        var room = new WaitingRoom(limit: 1, held: 1);
        return new(() => room.Release(1), () => room.Ask(1))
        {
            Always = () => room.MustBeWithin(1),
            AtEnd = room.MustBeInOrder,
        };
    }

    private static Play TwoReleasesMeetAnArrival()
    {
        var room = new WaitingRoom(limit: 2, held: 2);
        return new(() => room.Release(1), () => room.Release(1), () => room.Ask(2))
        {
            Always = () => room.MustBeWithin(2),
            AtEnd = room.MustBeInOrder,
        };
    }

    private static Play TwoReleasesMeetAWaiter()
    {
        var room = new WaitingRoom(limit: 2, held: 2);
        room.Ask(1);
        return new(() => room.Release(1), () => room.Release(1))
        {
            Always = () => room.MustBeWithin(2),
            AtEnd = room.MustBeInOrder,
        };
    }

    private static Play RaisedLimitMeetsArrival()
    {
        var room = new WaitingRoom(limit: 1, held: 1);
        return new(() => room.Gate.Limit = 2, () => room.Ask(1))
        {
            Always = () => room.MustBeWithin(2),
            AtEnd = room.MustBeInOrder,
        };
    }

    /// <summary>The permit that comes back is due to the one who waits, whatever the newcomer does.</summary>
    private static Play NewcomerBesideWaiter()
    {
        var room = new WaitingRoom(limit: 1, held: 1);
        Task<RejectionReason> waiter = room.Ask(1);
        bool hasOvertaken = false;
        return new(() => room.Release(1), () => hasOvertaken = room.TryAcquire(1), () => room.TryTake(1))
        {
            Always = () => room.MustBeWithin(1),
            AtEnd = () =>
            {
                room.MustBeInOrder();
                Must.Hold(!hasOvertaken, "A newcomer took what a waiter was due.");
                Must.Hold(waiter.IsCompleted, "The waiter did not get what came back.");
            },
        };
    }

    /// <summary>The first of two in line is cancelled while its permit comes back: one of the two gets it.</summary>
    private static Play CancellationMeetsRelease()
    {
        var room = new WaitingRoom(limit: 1, held: 1);
        var cancellation = new CancellationTokenSource();
        Task<RejectionReason> first = room.Ask(1, cancellation.Token);
        Task<RejectionReason> second = room.Ask(1);
        return new(() => room.Release(1), cancellation.Cancel)
        {
            Always = () => room.MustBeWithin(1),
            AtEnd = () =>
            {
                room.MustBeInOrder();
                Must.Hold(first.IsCompleted, "The first was neither served nor cancelled.");
                Must.Equal(first.Result == RejectionReason.Cancelled, second.IsCompleted, "the second has the permit if the first was cancelled");
            },
        };
    }

    /// <summary>The first of two asks for more than there can be for now; when it leaves, the second fits.</summary>
    private static Play CancellationMakesRoom()
    {
        var room = new WaitingRoom(limit: 3, held: 3);
        var cancellation = new CancellationTokenSource();
        room.Ask(3, cancellation.Token);
        room.Ask(1);
        return new(() => room.Release(1), cancellation.Cancel, () => room.Ask(2))
        {
            Always = () => room.MustBeWithin(3),
            AtEnd = room.MustBeInOrder,
        };
    }

    private static Play DisposalMeetsArrival()
    {
        var room = new WaitingRoom(limit: 1, held: 1);
        Task<RejectionReason>? answer = null;
        return new(room.Queue.Dispose, () => answer = room.Ask(1), () => room.Release(1))
        {
            Always = () => room.MustBeWithin(1),
            AtEnd = () =>
            {
                room.MustBeInOrder();
                Must.Hold(answer!.IsCompleted, "Somebody waits at a queue that is gone.");
            },
        };
    }

    /// <summary>In this order a newcomer may be served before the one who waits, under the lock; nothing may be lost by it.</summary>
    private static Play NewestFirst()
    {
        var room = new WaitingRoom(limit: 1, held: 1, isNewestFirst: true);
        room.Ask(1);
        return new(() => room.Release(1), () => { if (room.TryTake(1)) { room.Release(1); } }, () => room.Ask(1))
        {
            Always = () => room.MustBeWithin(1),
            AtEnd = room.MustBeInOrder,
        };
    }

    private sealed record Occupancy(int InFlight);

    private sealed record Bounded(int InFlight, int Limit);
}
