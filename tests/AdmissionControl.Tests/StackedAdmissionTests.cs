using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

public class StackedAdmissionTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryAdmit_InnerRefuses_TakesNothingFromTheOuter()
    {
        using AdmissionController outer = Policy.Build(_time, p => p.Rate("1/s", burst: 3).FixedConcurrency(5));
        using AdmissionController inner = Policy.Build(_time, p => p.FixedConcurrency(1));
        var stack = new StackedAdmission(outer, inner);
        AdmissionLease held = stack.TryAdmit(default);

        Assert.Equal(RejectionReason.ConcurrencyLimit, stack.TryAdmit(default).Reason);

        AdmissionStatistics statistics = outer.GetStatistics();
        Assert.Equal((1, 2, 1L), (statistics.InFlight, statistics.AvailablePermits, statistics.TotalAdmitted));
        held.Dispose();
    }

    [Fact]
    public void TryAdmit_OuterRefuses_RetryAfterIsTheLargestOfAll()
    {
        using AdmissionController outer = Policy.Build(_time, p => p.FixedConcurrency(1));
        using AdmissionController inner = Policy.Build(_time, p => p.Rate("1/min"));
        var stack = new StackedAdmission(outer, inner);
        AdmissionLease held = stack.TryAdmit(default);

        AdmissionLease refusal = stack.TryAdmit(default);

        Assert.Equal(RejectionReason.ConcurrencyLimit, refusal.Reason);
        Assert.True(refusal.RetryAfter >= TimeSpan.FromMinutes(1));
        held.Dispose();
    }

    [Fact]
    public void Complete_OneLeaseForAll_ReleasesEachOnce()
    {
        using AdmissionController outer = Policy.Build(_time, p => p.FixedConcurrency(2));
        using AdmissionController inner = Policy.Build(_time, p => p.FixedConcurrency(2));
        var stack = new StackedAdmission(outer, inner);
        AdmissionLease other = stack.TryAdmit(default);
        AdmissionLease lease = stack.TryAdmit(default);

        lease.Complete(AdmissionOutcome.Success);
        lease.Dispose();

        Assert.Equal((1, 1), (outer.GetStatistics().InFlight, inner.GetStatistics().InFlight));
        other.Dispose();
        Assert.Equal((0, 0), (outer.GetStatistics().InFlight, inner.GetStatistics().InFlight));
    }

    [Fact]
    public void Constructor_PartitionedPolicies_AreAskedFirst()
    {
        using AdmissionController shop = Policy.Build(_time, p => p.FixedConcurrency(1), "shop");
        using AdmissionController client = Policy.Build(_time, p => p.RatePerPartition("1/s"), "client");

        Assert.Equal(["client", "shop"], new StackedAdmission(shop, client).Controllers.Select(c => c.Name));
    }

    [Fact]
    public async Task AdmitAsync_SamePolicyTwiceAtLimitOne_IsRefusedAtTheWaitBound()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromSeconds(2)));
        Task<AdmissionLease> admission = new StackedAdmission(controller, controller).AdmitAsync(default).AsTask();
        Assert.False(admission.IsCompleted);
        Assert.Equal((1, 1), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));

        _time.Advance(TimeSpan.FromSeconds(2.001));

        Assert.Equal(RejectionReason.QueueTimeout, (await admission).Reason);
        Assert.Equal((0, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public async Task AdmitAsync_InnerWaits_IsAdmittedByBothInTheEnd()
    {
        using AdmissionController outer = Policy.Build(_time, p => p.FixedConcurrency(5));
        using AdmissionController inner = Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromSeconds(2)));
        var stack = new StackedAdmission(outer, inner);
        AdmissionLease held = await stack.AdmitAsync(default, TestContext.Current.CancellationToken);
        Task<AdmissionLease> waiting = stack.AdmitAsync(default, TestContext.Current.CancellationToken).AsTask();

        held.Complete(AdmissionOutcome.Success);

        AdmissionLease lease = await waiting;
        Assert.True(lease.IsAdmitted);
        Assert.Equal((1, 1), (outer.GetStatistics().InFlight, inner.GetStatistics().InFlight));
        lease.Dispose();
        Assert.Equal((0, 0), (outer.GetStatistics().InFlight, inner.GetStatistics().InFlight));
    }

    /// <summary>
    /// The continuation of a wait may come so late that the lease it brings was reclaimed, and its slot is somebody else's by then. All of that happens here when the queue sets its
    /// timer for the next in line: the first has its lease and has not been told.
    /// </summary>
    [Fact]
    public async Task AdmitAsync_ReclaimedBeforeTheContinuation_EndsTheOuterAndLeavesTheNextOwnerAlone()
    {
        var time = new HookedTimers();
        AdmissionPolicyOptions options = Policy.Options(p => p.Rate("1/s", burst: 3).FixedConcurrency(2).Queue(TimeSpan.FromSeconds(10)));
        options.MaxLeaseAge = TimeSpan.FromSeconds(1);
        using AdmissionController inner = new("inner", options, time);
        using AdmissionController outer = Policy.Build(time, p => p.FixedConcurrency(5));
        using AdmissionController other = Policy.Build(time, p => p.FixedConcurrency(5));
        AdmissionLease running = inner.TryAdmit(Policy.Request(cost: 2));
        Task<AdmissionLease> first = new StackedAdmission(outer, inner).AdmitAsync(default, TestContext.Current.CancellationToken).AsTask();
        Asked second = new(inner.AdmitAsync(default, TestContext.Current.CancellationToken));
        AdmissionLease stranger = default;
        time.OnChange = () =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            stranger = other.TryAdmit(default);
        };

        running.Dispose();
        AdmissionLease lease = await first.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal((1L, true), (inner.GetStatistics().LostLeases, second.Result.IsAdmitted));
        Assert.Same(lease.Slot, stranger.Slot);
        Assert.Equal((0, 1), (outer.GetStatistics().InFlight, other.GetStatistics().InFlight));
        AdmissionLease next = outer.TryAdmit(default);
        stranger.Dispose();
        lease.Dispose();
        Assert.Equal((1, 0), (outer.GetStatistics().InFlight, other.GetStatistics().InFlight));
        next.Dispose();
    }

    [Fact]
    public void Constructor_NoController_IsAnError() => Assert.Throws<ArgumentException>(() => new StackedAdmission());

    /// <summary>Does something, once, before a timer is set anew.</summary>
    private sealed class HookedTimers : FakeTimeProvider
    {
        public Action? OnChange { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new HookedTimer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class HookedTimer(HookedTimers owner, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Action? hook = owner.OnChange;
                owner.OnChange = null;
                hook?.Invoke();
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
