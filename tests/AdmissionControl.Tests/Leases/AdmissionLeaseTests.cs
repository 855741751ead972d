using System.Runtime.CompilerServices;
using AdmissionControl.Contention;
using AdmissionControl.Leases;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Leases;

public class AdmissionLeaseTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Default_IsARefusal_AndEndsToNothing()
    {
        AdmissionLease lease = default;
        Assert.False(lease.IsAdmitted);
        Assert.Equal((RejectionReason.None, TimeSpan.Zero), (lease.Reason, lease.RetryAfter));
        lease.Complete(AdmissionOutcome.Overloaded, TimeSpan.FromSeconds(1));
        lease.Dispose();
        lease.Withdraw();
        Assert.Equal(default, lease);
    }

    [Fact]
    public void Refused_AnyReason_IsShownAndComparesByValue()
    {
        var lease = AdmissionLease.Refused(RejectionReason.Rate, TimeSpan.FromSeconds(3));
        Assert.Equal((false, RejectionReason.Rate, TimeSpan.FromSeconds(3)), (lease.IsAdmitted, lease.Reason, lease.RetryAfter));
        Assert.True(lease == AdmissionLease.Refused(RejectionReason.Rate, TimeSpan.FromSeconds(3)));
        Assert.True(lease != AdmissionLease.Refused(RejectionReason.Rate, TimeSpan.FromSeconds(4)));
        Assert.True(lease != AdmissionLease.Refused(RejectionReason.Shed, TimeSpan.FromSeconds(3)));
        lease.Dispose();
    }

    [Fact]
    public void Size_IsSixteenBytes() => Assert.Equal(16, Unsafe.SizeOf<AdmissionLease>());

    /// <summary>The time and the reason share a word.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(TimeSpan.TicksPerDay * 365 * 1000)]
    [InlineData(long.MaxValue)]
    public void Refused_AnyTimeAndReason_NeitherIsChanged(long ticks)
    {
        foreach (RejectionReason reason in Enum.GetValues<RejectionReason>())
        {
            var lease = AdmissionLease.Refused(reason, new TimeSpan(ticks));
            Assert.Equal((false, reason, new TimeSpan(ticks)), (lease.IsAdmitted, lease.Reason, lease.RetryAfter));
        }
    }

    [Fact]
    public void Complete_CopyOfAReusedSlot_TouchesNotTheNextOwner()
    {
        using AdmissionController controller = Build();
        AdmissionLease first = controller.TryAdmit(default);
        AdmissionLease copy = first;
        Assert.Equal((true, TimeSpan.Zero), (first.IsAdmitted, first.RetryAfter));
        first.Dispose();
        AdmissionLease second = controller.TryAdmit(default);
        Assert.Same(first.Slot, second.Slot);
        Assert.NotEqual(first, second);
        copy.Complete(AdmissionOutcome.Success);
        copy.Withdraw();
        first.Dispose();
        Assert.Equal(1, controller.GetStatistics().InFlight);
        second.Dispose();
        Assert.Equal(0, controller.GetStatistics().InFlight);
        Assert.True(copy.IsAdmitted);
    }

    [Fact]
    public void Complete_AfterDispose_HoldsNothingBack()
    {
        using AdmissionController controller = Build();
        AdmissionLease lease = controller.TryAdmit(default);
        lease.Dispose();
        lease.Complete(AdmissionOutcome.Overloaded, TimeSpan.FromHours(1));
        Assert.Equal(4, controller.GetStatistics().AvailablePermits);
        AdmissionLease other = controller.TryAdmit(default);
        other.Complete(AdmissionOutcome.Overloaded, TimeSpan.FromHours(1));
        Assert.Equal(0, controller.GetStatistics().AvailablePermits);
    }

    [Fact]
    public void Withdraw_AnAdmittedLease_GivesBackTokensAndPermitOnce()
    {
        using AdmissionController controller = Build();
        AdmissionLease lease = controller.TryAdmit(Policy.Request(cost: 3));
        lease.Withdraw();
        lease.Withdraw();
        lease.Dispose();
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((0, 5, 0L), (statistics.InFlight, statistics.AvailablePermits, statistics.TotalAdmitted));
    }

    [Fact]
    public void Return_ManySlots_KeepsNoMoreThanBothBounds()
    {
        LeaseSlot[] slots = [.. Enumerable.Range(0, 5000).Select(_ => LeaseRegistry.Add(new LeaseSlot()))];
        HashSet<LeaseSlot> mine = new(slots, ReferenceEqualityComparer.Instance);
        Array.ForEach(slots, PerThread.Current.Leases.Return);
        int kept = Enumerable.Range(0, 5000).Select(_ => PerThread.Current.Leases.Rent()).Count(mine.Contains);
        Assert.InRange(kept, LeasePool.LocalCapacity / 2, LeasePool.LocalCapacity + LeasePool.SharedCapacity);
    }

    private AdmissionController Build() => Policy.Build(_time, p => p.FixedConcurrency(5).Rate("1/day", burst: 5));
}
