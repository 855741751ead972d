using AdmissionControl.InterleavingTests.Scheduling;
using AdmissionControl.Leases;
using AdmissionControl.Policies;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>The controller's grant routine: a whole controller with a limit of one, a rate where it says so, and its queue.</summary>
internal static class WaitQueueScenarios
{
    public static IEnumerable<Scenario> All { get; } =
    [
        new("queue: a completion meets an arrival", CompletionMeetsArrival, Preemptions: 3),
        new("queue: a completion, a waiter and a newcomer", CompletionWaiterNewcomer, Preemptions: 3),
        new("queue: a cancellation meets a completion", CancellationMeetsCompletion, Preemptions: 3),
        new("queue: a more important arrival displaces a waiter while a permit comes back", Displacement, Preemptions: 3),
        new("queue: an end of all waits meets an arrival", EndMeetsArrival, Preemptions: 4),
        new("queue: a withdrawal brings token and permit to a waiter", WithdrawalMeetsArrival, Preemptions: 3),
        new("queue: a newcomer gives back the token that an arrival waits for", NewcomerMeetsArrival, Preemptions: 3),
        new("queue: one who will not wait finds an equal who came meanwhile", EqualComesMeanwhile, Preemptions: 2),
        new("queue with triage: a more important arrival displaces a waiter while a permit comes back", TriageDisplacement, Preemptions: 3),
        new("queue with triage: a cancellation, a completion and an arrival", TriageCancellation, Preemptions: 2),
        new("queue with triage: a raised limit meets an arrival", RaisedLimitMeetsArrival, Preemptions: 3),
        new("queue with triage: a switch to shadow meets a completion", SwitchMeetsCompletion, Preemptions: 3),
        new("queue with triage: a switch to shadow meets an arrival", SwitchMeetsArrival, Preemptions: 3),
    ];

    private static Play CompletionMeetsArrival()
    {
        var shop = new Shop();
        AdmissionLease lease = shop.TryAdmit();
        return new(() => shop.End(lease), () => shop.Admit()) { Always = shop.MustBeWithinLimit, AtEnd = shop.MustBeInOrder };
    }

    /// <summary>The permit is due to the one who waits, whatever the newcomer does.</summary>
    private static Play CompletionWaiterNewcomer()
    {
        var shop = new Shop();
        AdmissionLease lease = shop.TryAdmit();
        Answer waiter = shop.Admit();
        return new(() => shop.End(lease), () => shop.TryAdmit(RequestPriority.Low))
        {
            Always = shop.MustBeWithinLimit,
            AtEnd = () =>
            {
                shop.MustBeInOrder();
                Must.Hold(waiter.IsAdmitted, "The waiter did not get what came back.");
            },
        };
    }

    private static Play CancellationMeetsCompletion()
    {
        var shop = new Shop();
        AdmissionLease lease = shop.TryAdmit();
        var cancellation = new CancellationTokenSource();
        shop.Admit(cancellationToken: cancellation.Token);
        shop.Admit();
        return new(() => shop.End(lease), cancellation.Cancel) { Always = shop.MustBeWithinLimit, AtEnd = shop.MustBeInOrder };
    }

    private static Play Displacement()
    {
        var shop = new Shop(maxLength: 1);
        AdmissionLease lease = shop.TryAdmit();
        shop.Admit(RequestPriority.Low);
        return new(() => shop.End(lease), () => shop.Admit(RequestPriority.High)) { Always = shop.MustBeWithinLimit, AtEnd = shop.MustBeInOrder };
    }

    private static Play EndMeetsArrival()
    {
        var shop = new Shop();
        shop.TryAdmit();
        Answer? answer = null;
        return new(shop.Controller.EndWaits, () => answer = shop.Admit())
        {
            Always = shop.MustBeWithinLimit,
            AtEnd = () =>
            {
                Must.Hold(answer!.IsCompleted, "Somebody waits at a queue that is closed.");
                shop.MustBeInOrder();
            },
        };
    }

    /// <summary>The only token and the only permit come back at the same moment as somebody comes who needs both.</summary>
    private static Play WithdrawalMeetsArrival()
    {
        var shop = new Shop(rate: "1/s");
        AdmissionLease lease = shop.TryAdmit();
        return new(() => shop.Withdraw(lease), () => shop.Admit()) { Always = shop.MustBeWithinLimit, AtEnd = shop.MustBeInOrder };
    }

    /// <summary>There is one token. The newcomer takes it, finds that somebody waits for a token and so has no permit to give away, and goes.</summary>
    private static Play NewcomerMeetsArrival()
    {
        var shop = new Shop(rate: "1/s");
        return new(() => shop.TryAdmit(), () => shop.Admit()) { Always = shop.MustBeWithinLimit, AtEnd = shop.MustBeInOrder };
    }

    /// <summary>
    /// One who will not wait is more important than all who do, until an equal joins them. Who waited when the permit came back has it.
    /// </summary>
    private static Play EqualComesMeanwhile()
    {
        var shop = new Shop();
        AdmissionLease lease = shop.TryAdmit();
        shop.Admit(RequestPriority.Low);
        Answer? equal = null;
        bool didEqualWait = false;
        return new(
            () => shop.TryAdmit(),
            () => equal = shop.Admit(),
            () =>
            {
                // A step, so that it is looked at when the lease ends and not when all begin.
                didEqualWait = Volatile.Read(ref equal) is { IsCompleted: false };
                shop.End(lease);
            })
        {
            Always = shop.MustBeWithinLimit,
            AtEnd = () =>
            {
                Must.Hold(!didEqualWait || equal!.IsAdmitted, "One who would not wait took the permit from an equal who did.");
                shop.MustBeInOrder();
            },
        };
    }

    private static Play TriageDisplacement()
    {
        var shop = new Shop(maxLength: 1, triage: true);
        AdmissionLease lease = shop.TryAdmit();
        shop.Admit(RequestPriority.Low);
        return new(() => shop.End(lease), () => shop.Admit(RequestPriority.High)) { Always = shop.MustBeWithinLimit, AtEnd = shop.MustBeInOrder };
    }

    private static Play TriageCancellation()
    {
        var shop = new Shop(triage: true);
        AdmissionLease lease = shop.TryAdmit();
        var cancellation = new CancellationTokenSource();
        shop.Admit(cancellationToken: cancellation.Token);
        return new(() => shop.End(lease), cancellation.Cancel, () => shop.Admit(RequestPriority.High)) { Always = shop.MustBeWithinLimit, AtEnd = shop.MustBeInOrder };
    }

    private static Play RaisedLimitMeetsArrival()
    {
        var shop = new Shop(triage: true);
        shop.TryAdmit();
        shop.Admit(RequestPriority.Low);
        return new(() => shop.Controller.Stages.Gate.Limit = 2, () => shop.Admit(RequestPriority.High))
        {
            AtEnd = () => Must.Equal(2, shop.Controller.GetStatistics().InFlight, "permits in flight"),
        };
    }

    /// <summary>Whoever waited runs, and the gate knows of nobody who waits.</summary>
    private static Play SwitchMeetsCompletion()
    {
        var shop = new Shop(triage: true);
        AdmissionLease lease = shop.TryAdmit();
        Answer waiter = shop.Admit();
        return new(() => shop.End(lease), () => shop.Controller.Mode = AdmissionMode.Shadow)
        {
            Always = shop.MustBeWithinLimit,
            AtEnd = () =>
            {
                Must.Hold(waiter.IsAdmitted, "Somebody waits where nothing is enforced.");
                Must.Equal(0, shop.Controller.Stages.Gate.Waiters, "waiters that the gate counts");
            },
        };
    }

    private static Play SwitchMeetsArrival()
    {
        var shop = new Shop(triage: true);
        AdmissionLease lease = shop.TryAdmit();
        Answer? answer = null;
        return new(() => answer = shop.Admit(), () => shop.Controller.Mode = AdmissionMode.Shadow)
        {
            Always = shop.MustBeWithinLimit,
            AtEnd = () =>
            {
                Must.Hold(answer!.IsAdmitted, "Somebody waits where nothing is enforced.");
                answer.Lease.Dispose();
                lease.Dispose();
                Must.Equal(0, shop.Controller.GetStatistics().InFlight, "permits in flight");
                Must.Equal(0, shop.Controller.Stages.Gate.Waiters, "waiters that the gate counts");
            },
        };
    }

    /// <summary>A controller with one permit, and the book of who holds and who waits.</summary>
    private sealed class Shop
    {
        private readonly List<Answer> _asked = [];
        private readonly List<AdmissionLease> _held = [];
        private readonly bool _hasRate;

        public Shop(string? rate = null, int maxLength = 10, bool triage = false)
        {
            LocalLeases.Clear();
            _hasRate = rate is not null;
            var options = new AdmissionPolicyOptions
            {
                Concurrency = new ConcurrencyOptions { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 1 },
                Queue = new QueueOptions { MaxWait = TimeSpan.FromSeconds(30), MaxLength = maxLength },
                Triage = triage ? new TriageOptions() : null,
                Rate = rate is null ? null : new RateOptions { Limit = rate, Burst = 1 },
            };
            var clock = new StillClock();
            Controller = new AdmissionController("shop", options, clock.TimeProvider, clock);
        }

        public AdmissionController Controller { get; }

        private int InFlight => Controller.GetStatistics().InFlight;

        public AdmissionLease TryAdmit(RequestPriority priority = RequestPriority.Normal)
        {
            AdmissionLease lease = Controller.TryAdmit(new AdmissionRequest(priority));
            if (lease.IsAdmitted)
            {
                _held.Add(lease);
            }

            return lease;
        }

        public Answer Admit(RequestPriority priority = RequestPriority.Normal, CancellationToken cancellationToken = default)
        {
            var answer = new Answer(Controller.AdmitAsync(new AdmissionRequest(priority), cancellationToken));
            _asked.Add(answer);
            return answer;
        }

        public void End(AdmissionLease lease)
        {
            _held.Remove(lease);
            lease.Complete(AdmissionOutcome.Success);
        }

        public void Withdraw(AdmissionLease lease)
        {
            _held.Remove(lease);
            lease.Withdraw();
        }

        public void MustBeWithinLimit() => Must.Hold(InFlight is 0 or 1, $"{InFlight} permits in flight of 1.");

        /// <summary>
        /// No permit is lost or doubled, nobody waits for what is there, and when all have ended, all who waited have had their turn and a newcomer
        /// passes.
        /// </summary>
        public void MustBeInOrder()
        {
            AdmissionStatistics statistics = Controller.GetStatistics();
            Must.Equal(_held.Count + _asked.Count(a => a.IsAdmitted), statistics.InFlight, "permits in flight");
            Must.Equal(_asked.Count(a => !a.IsCompleted), statistics.Waiting, "waiters");
            Must.Hold(
                statistics.Waiting == 0 || statistics.InFlight == 1 || statistics.AvailablePermits == 0, "Somebody waits for what is there: a lost wake-up.");
            if (_hasRate)
            {
                return;
            }

            _held.ForEach(lease => lease.Dispose());
            for (int round = 0; round < _asked.Count; round++)
            {
                _asked.FindAll(a => a.IsAdmitted).ForEach(a => a.Lease.Dispose());
            }

            Must.Hold(_asked.TrueForAll(a => a.IsCompleted), "Somebody still waits when all have ended.");
            Must.Hold(Controller.TryAdmit(new AdmissionRequest()).IsAdmitted, "Nobody is there any more, and a newcomer is refused.");
        }
    }

    /// <summary>What somebody who may wait will be told. Not a task, which the thread pool would complete at a moment of its own. The result can be taken once.</summary>
    private sealed class Answer(ValueTask<AdmissionLease> answer)
    {
        private AdmissionLease? _lease;

        public bool IsCompleted => _lease is not null || answer.IsCompleted;

        public bool IsAdmitted => IsCompleted && Lease.IsAdmitted;

        public AdmissionLease Lease => _lease ??= answer.Result;
    }
}
