using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.InterleavingTests.Scheduling;
using AdmissionControl.Leases;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>Leases and their slots: each lease releases exactly once, whoever ends it, and never what the slot's next owner holds.</summary>
internal static class LeaseScenarios
{
    public static IEnumerable<Scenario> All { get; } =
    [
        new("lease: completed and disposed from three copies", ThreeCopies, Preemptions: 4),
        new("lease: a stale copy after its slot was used again", StaleCopy, Preemptions: 4),
        new("lease: one ends while another begins in its slot", EndMeetsBegin, Preemptions: 3),
        new("lease: withdrawn and completed", WithdrawnAndCompleted, Preemptions: 4),
        new("lease: found lost while it ends and its slot is used again", FoundLost, Preemptions: 4),
        new("lease: stacked, the inner one ended twice", Stacked, Preemptions: 3),
        new("lease: put within another while it is reclaimed and its slot is used again", ReclaimedWhileStacked, Preemptions: 3),
    ];

    private static Play ThreeCopies()
    {
        LocalLeases.Clear();
        var gate = new ConcurrencyGate(5);
        gate.TryAcquire(2);
        AdmissionLease lease = gate.TryAcquireLease(2);
        return new(() => lease.Complete(AdmissionOutcome.Success), lease.Dispose, () => lease.Complete(AdmissionOutcome.Overloaded))
        {
            AtEnd = () => Must.Equal(2, gate.InFlight, "permits in flight"),
        };
    }

    private static Play StaleCopy()
    {
        LocalLeases.Clear();
        var gate = new ConcurrencyGate(5);
        AdmissionLease first = gate.TryAcquireLease(1);
        AdmissionLease second = default;
        void EndAndBegin()
        {
            first.Dispose();
            second = gate.TryAcquireLease(2);
        }

        return new(EndAndBegin, first.Dispose)
        {
            AtEnd = () =>
            {
                Must.Equal(2, gate.InFlight, "permits of the second lease");
                second.Dispose();
                Must.Equal(0, gate.InFlight, "permits after the second lease");
            },
        };
    }

    private static Play EndMeetsBegin()
    {
        LocalLeases.Clear();
        var gate = new ConcurrencyGate(10);
        AdmissionLease first = gate.TryAcquireLease(1);
        AdmissionLease second = default;
        AdmissionLease third = default;
        return new(first.Dispose, () => second = gate.TryAcquireLease(2), () => third = gate.TryAcquireLease(4))
        {
            AtEnd = () =>
            {
                Must.Equal(6, gate.InFlight, "permits of the second and the third lease");
                second.Dispose();
                Must.Equal(4, gate.InFlight, "permits of the third lease");
                third.Dispose();
                Must.Equal(0, gate.InFlight, "permits at the end");
            },
        };
    }

    private static Play WithdrawnAndCompleted()
    {
        LocalLeases.Clear();
        var owner = new Owner();
        AdmissionLease lease = owner.Give(admittedAt: 1);
        return new(lease.Withdraw, () => lease.Complete(AdmissionOutcome.Success))
        {
            AtEnd = () => Must.Equal(1, owner.Ended, "ends of the lease"),
        };
    }

    /// <summary>Somebody looks for leases of an owner that are too old and ends what it finds, while the lease ends by itself and its slot serves others.</summary>
    private static Play FoundLost()
    {
        LocalLeases.Clear();
        var owner = new Owner();
        var other = new Owner();
        AdmissionLease lease = owner.Give(admittedAt: 1);
        LeaseSlot slot = lease.Slot!;
        void Use()
        {
            lease.Dispose();
            other.Give(admittedAt: 2).Dispose();
            owner.Give(admittedAt: 3);
        }

        void Reclaim()
        {
            if (slot.TryRead(owner, out long version, out long admittedAt))
            {
                Must.Hold(owner.HasGiven(admittedAt), $"Read a lease of moment {admittedAt} that the owner never gave.");
                if (admittedAt == 1)
                {
                    slot.Complete(version, AdmissionOutcome.Ignored, TimeSpan.Zero);
                }
            }
        }

        return new(Use, Reclaim)
        {
            AtEnd = () =>
            {
                Must.Equal(1, owner.Ended, "ends of the owner's leases");
                Must.Equal(1, other.Ended, "ends of the other's lease");
            },
        };
    }

    private static Play Stacked()
    {
        LocalLeases.Clear();
        var outer = new ConcurrencyGate(5);
        var inner = new ConcurrencyGate(5);
        AdmissionLease outerLease = outer.TryAcquireLease(1);
        AdmissionLease lease = inner.TryAcquireLease(1).Within(outerLease);
        return new(lease.Dispose, lease.Dispose, () => outer.TryAcquireLease(1))
        {
            AtEnd = () => Must.Equal((0, 1), (inner.InFlight, outer.InFlight), "permits of both gates"),
        };
    }

    /// <summary>Whoever wins, the outer lease ends with the inner one, and never with the stranger's that has the slot afterwards.</summary>
    private static Play ReclaimedWhileStacked()
    {
        LocalLeases.Clear();
        var outer = new ConcurrencyGate(5);
        var inner = new ConcurrencyGate(5);
        var strange = new ConcurrencyGate(5);
        AdmissionLease outerLease = outer.TryAcquireLease(1);
        AdmissionLease granted = inner.TryAcquireLease(1);
        AdmissionLease lease = default;
        AdmissionLease stranger = default;
        void Reclaim()
        {
            granted.Dispose();
            stranger = strange.TryAcquireLease(1);
        }

        return new(() => lease = granted.Within(outerLease), Reclaim)
        {
            AtEnd = () =>
            {
                Must.Equal((inner.InFlight, 1), (outer.InFlight, strange.InFlight), "permits of the outer gate and the stranger's");
                stranger.Dispose();
                Must.Equal((inner.InFlight, 0), (outer.InFlight, strange.InFlight), "permits after the stranger's end");
                lease.Dispose();
                Must.Equal((0, 0), (inner.InFlight, outer.InFlight), "permits at the end");
            },
        };
    }

    private sealed class Owner : ILeaseOwner
    {
        private readonly HashSet<long> _given = [];

        public int Ended { get; private set; }

        public AdmissionLease Give(long admittedAt)
        {
            LeaseSlot slot = PerThread.Current.Leases.Rent();
            slot.Owner = this;
            slot.AdmittedAt = admittedAt;
            _given.Add(admittedAt);
            return new AdmissionLease(slot);
        }

        public bool HasGiven(long admittedAt) => _given.Contains(admittedAt);

        public void Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter) => Ended++;

        public void Withdraw(LeaseSlot slot, PerThread thread) => Ended++;
    }
}
