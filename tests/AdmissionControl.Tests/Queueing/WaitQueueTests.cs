using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Queueing;

public class WaitQueueTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void AdmitAsync_PermitReleased_GrantsTheWaiter()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);
        Asked waiting = Wait(controller);
        Assert.False(waiting.IsCompleted);

        held.Complete(AdmissionOutcome.Success);

        Assert.True(waiting.Result.IsAdmitted);
        Assert.Equal((1, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    [Fact]
    public void AdmitAsync_SeveralWait_TheMostImportantIsNextAndTheOldestWithinAPriority()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);
        Asked[] waiting =
        [
            Wait(controller, RequestPriority.Bulk), Wait(controller, RequestPriority.Normal), Wait(controller, RequestPriority.Critical),
            Wait(controller, RequestPriority.Normal),
        ];

        List<int> order = [];
        while (order.Count < waiting.Length)
        {
            held.Dispose();
            int granted = Array.FindIndex(waiting, t => t.IsCompleted && !order.Contains(Array.IndexOf(waiting, t)));
            order.Add(granted);
            held = waiting[granted].Result;
        }

        Assert.Equal([2, 1, 3, 0], order);
    }

    [Fact]
    public void AdmitAsync_TokensLack_StartsAreSpacedByTheRate()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s"));
        Asked[] waiting = [.. Enumerable.Range(0, 5).Select(_ => Wait(controller))];

        for (int started = 1; started <= 5; started++)
        {
            Assert.Equal(started, waiting.Count(t => t.IsCompleted));
            _time.Advance(TimeSpan.FromMilliseconds(101));
        }

        Assert.All(waiting, t => Assert.True(t.Result.IsAdmitted));
    }

    [Fact]
    public void AdmitAsync_TokensLack_TheNextSlotGoesToTheMostImportant()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s"));
        controller.TryAdmit(default);
        Asked bulk = Wait(controller, RequestPriority.Bulk);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Asked critical = Wait(controller, RequestPriority.Critical);

        _time.Advance(TimeSpan.FromMilliseconds(51));

        Assert.True(critical.IsCompleted);
        Assert.False(bulk.IsCompleted);
    }

    [Fact]
    public void AdmitAsync_OnlyTokensLack_ThePermitStaysFree()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s").FixedConcurrency(1));
        controller.TryAdmit(default).Dispose();

        Asked waiting = Wait(controller);

        Assert.False(waiting.IsCompleted);
        Assert.Equal((0, 1), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    [Fact]
    public void AdmitAsync_OnlyThePermitLacks_TheTokensStayInTheBucket()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s", burst: 3).FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);

        _ = Wait(controller);

        Assert.Equal(2, controller.GetStatistics().AvailablePermits);
        held.Dispose();
        Assert.Equal(1, controller.GetStatistics().AvailablePermits);
    }

    [Fact]
    public void AdmitAsync_TimerIsLate_AllDueGrantsHappenInOneWakeUp()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s", burst: 4));
        AdmissionLease[] burst = [.. Enumerable.Range(0, 4).Select(_ => controller.TryAdmit(default))];
        Asked[] waiting = [.. Enumerable.Range(0, 6).Select(_ => Wait(controller))];

        _time.Advance(TimeSpan.FromMilliseconds(350));

        Assert.Equal(3, waiting.Count(t => t.IsCompleted));
        Assert.All(burst, lease => Assert.True(lease.IsAdmitted));
    }

    [Fact]
    public void AdmitAsync_WaitsTooLong_IsRefusedAndHoldsNothing()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1), maxWait: 2);
        AdmissionLease held = controller.TryAdmit(default);
        Asked waiting = Wait(controller);

        _time.Advance(TimeSpan.FromSeconds(1.999));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.002));

        Assert.Equal(RejectionReason.QueueTimeout, waiting.Result.Reason);
        Assert.Equal((1, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        held.Dispose();
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void AdmitAsync_DeadlineBeforeTheLongestWait_EndsTheWait()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1), maxWait: 60);
        AdmissionLease held = controller.TryAdmit(default);
        Asked waiting = new(controller.AdmitAsync(new AdmissionRequest().WithDeadline(TimeSpan.FromSeconds(1), _time)));

        _time.Advance(TimeSpan.FromSeconds(1.001));

        Assert.Equal(RejectionReason.DeadlineUnreachable, waiting.Result.Reason);
        held.Dispose();
    }

    [Fact]
    public void AdmitAsync_DeadlineAfterTheLongestWait_WaitsAsLongAsThePolicyAllows()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1), maxWait: 2);
        AdmissionLease held = controller.TryAdmit(default);
        Asked waiting = new(controller.AdmitAsync(new AdmissionRequest().WithDeadline(TimeSpan.FromSeconds(3), _time)));

        _time.Advance(TimeSpan.FromSeconds(2.001));

        Assert.Equal(RejectionReason.QueueTimeout, waiting.Result.Reason);
        held.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AdmitAsync_DeadlineHasPassed_IsRefusedThoughAPermitIsFree(bool mayWait)
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1), maxWait: 60);
        AdmissionRequest late = new AdmissionRequest().WithDeadline(TimeSpan.FromSeconds(1), _time);
        _time.Advance(TimeSpan.FromSeconds(1));

        AdmissionLease answer = mayWait ? controller.AdmitAsync(late).Result : controller.TryAdmit(late);

        Assert.Equal(RejectionReason.DeadlineUnreachable, answer.Reason);
        Assert.Equal((0, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        Assert.True(controller.TryAdmit(new AdmissionRequest().WithDeadline(TimeSpan.FromSeconds(1), _time)).IsAdmitted);
    }

    [Fact]
    public void AdmitAsync_TokensCannotBeThereInTime_IsRefusedAtOnceWithTheTime()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s"), maxWait: 0.25);
        controller.TryAdmit(default);
        Asked first = Wait(controller);
        Asked second = Wait(controller);

        AdmissionLease third = Wait(controller).Result;

        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal(RejectionReason.DeadlineUnreachable, third.Reason);
        Assert.True(third.RetryAfter >= TimeSpan.FromSeconds(0.3));
        Assert.False(Wait(controller, RequestPriority.Critical).IsCompleted);
    }

    [Fact]
    public void AdmitAsync_QueueFull_TheMoreImportantDisplacesTheYoungestOfTheLeastImportant()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1), maxLength: 3);
        AdmissionLease held = controller.TryAdmit(default);
        Asked oldBulk = Wait(controller, RequestPriority.Bulk);
        Asked youngBulk = Wait(controller, RequestPriority.Bulk);
        Asked high = Wait(controller, RequestPriority.High);

        Assert.Equal(RejectionReason.QueueFull, Wait(controller, RequestPriority.Bulk).Result.Reason);
        Asked critical = Wait(controller, RequestPriority.Critical);

        Assert.Equal(RejectionReason.Displaced, youngBulk.Result.Reason);
        Assert.False(oldBulk.IsCompleted || high.IsCompleted || critical.IsCompleted);
        held.Dispose();
        Assert.True(critical.Result.IsAdmitted);
    }

    [Fact]
    public void AdmitAsync_Cancelled_LeavesTheQueueWithoutAnException()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);
        using var cancellation = new CancellationTokenSource();
        Asked waiting = new(controller.AdmitAsync(default, cancellation.Token));

        cancellation.Cancel();

        Assert.Equal(RejectionReason.Cancelled, waiting.Result.Reason);
        Assert.Equal(0, controller.GetStatistics().Waiting);
        held.Dispose();
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void AdmitAsync_AlreadyCancelled_DoesNotWait()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);

        Assert.Equal(RejectionReason.Cancelled, controller.AdmitAsync(default, new CancellationToken(canceled: true)).Result.Reason);
        held.Dispose();
    }

    [Fact]
    public void Cancel_CostlyWaiterAhead_LetsThoseBehindItRun()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(4));
        AdmissionLease held = controller.TryAdmit(default);
        using var cancellation = new CancellationTokenSource();
        Asked costly = new(controller.AdmitAsync(Policy.Request(cost: 4), cancellation.Token));
        Asked cheap = Wait(controller);
        Assert.False(cheap.IsCompleted);

        cancellation.Cancel();

        Assert.True(cheap.Result.IsAdmitted);
        Assert.False(costly.Result.IsAdmitted);
        held.Dispose();
    }

    [Fact]
    public void AdmitAsync_CostlyWaiter_IsNotOvertakenByEqualsButByTheMoreImportant()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(4));
        AdmissionLease held = controller.TryAdmit(default);
        Asked costly = new(controller.AdmitAsync(Policy.Request(cost: 4)));

        Assert.False(controller.TryAdmit(default).IsAdmitted);
        Assert.False(Wait(controller).IsCompleted);
        Asked critical = Wait(controller, RequestPriority.Critical);
        Assert.True(critical.Result.IsAdmitted);

        critical.Result.Dispose();
        held.Dispose();
        Assert.True(costly.Result.IsAdmitted);
    }

    [Fact]
    public void TryAdmit_SomebodyWaits_OnlyTheMoreImportantPass()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s", burst: 2).ShareByPriority());
        controller.TryAdmit(default);
        Asked bulk = Wait(controller, RequestPriority.Bulk);
        Assert.False(bulk.IsCompleted);

        Assert.False(controller.TryAdmit(new(RequestPriority.Bulk)).IsAdmitted);
        Assert.True(controller.TryAdmit(new(RequestPriority.Critical)).IsAdmitted);
        Assert.False(bulk.IsCompleted);
    }

    [Fact]
    public void TryAdmit_SomebodyWaitsAndOwnRateIsUsedUp_IsRefusedForItsOwnFault()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(2).RatePerPartition("1/min"));
        var client = new AdmissionRequest { Partition = PartitionKey.From("client") };
        controller.TryAdmit(client);
        controller.TryAdmit(default);
        Assert.False(Wait(controller).IsCompleted);

        Assert.Equal(RejectionReason.PartitionRate, controller.TryAdmit(client).Reason);
        Assert.Equal(RejectionReason.ConcurrencyLimit, controller.TryAdmit(default).Reason);
    }

    [Fact]
    public void Update_HigherLimit_GrantsThoseWhoWait()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);
        Asked waiting = Wait(controller);

        AdmissionPolicyOptions options = Policy.Options(p => p.FixedConcurrency(2).Queue(TimeSpan.FromSeconds(10)));
        Assert.True(controller.Update(PolicyPlan.From("test", options)));

        Assert.True(waiting.Result.IsAdmitted);
        held.Dispose();
    }

    [Fact]
    public void Update_HigherRate_BringsTheNextStartForward()
    {
        using AdmissionController controller = Build(p => p.Rate("1/min"), maxWait: 120);
        controller.TryAdmit(default);
        Asked waiting = Wait(controller);

        AdmissionPolicyOptions options = Policy.Options(p => p.Rate("10/s").Queue(TimeSpan.FromMinutes(2)));
        Assert.True(controller.Update(PolicyPlan.From("test", options)));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(101));

        Assert.True(waiting.Result.IsAdmitted);
    }

    [Fact]
    public void HoldBack_WhileSomebodyWaits_DelaysTheStart()
    {
        using AdmissionController controller = Build(p => p.Rate("10/s"), maxWait: 30);
        controller.TryAdmit(default);
        Asked waiting = Wait(controller);

        controller.HoldBack(TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.002));
        Assert.True(waiting.Result.IsAdmitted);
    }

    [Fact]
    public void Dispose_WithWaiters_CompletesThemWithShuttingDown()
    {
        AdmissionController controller = Build(p => p.FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);
        Asked[] waiting = [Wait(controller), Wait(controller, RequestPriority.Critical)];

        controller.Dispose();

        Assert.All(waiting, t => Assert.Equal(RejectionReason.ShuttingDown, t.Result.Reason));
        Assert.Equal(RejectionReason.ShuttingDown, controller.AdmitAsync(default).Result.Reason);
        held.Dispose();
        Assert.Equal((0, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    [Fact]
    public void AdmitAsync_PartitionUsedUpWhileWaiting_RefusesThatWaiterAndServesTheNext()
    {
        using AdmissionController controller = Build(p => p.RatePerPartition("1/h", burst: 2).FixedConcurrency(1));
        AdmissionRequest a = new() { Partition = PartitionKey.From("a") };
        AdmissionLease held = controller.TryAdmit(a);
        Asked firstOfA = new(controller.AdmitAsync(a));
        Asked secondOfA = new(controller.AdmitAsync(a));
        Asked ofB = new(controller.AdmitAsync(new() { Partition = PartitionKey.From("b") }));

        held.Dispose();
        firstOfA.Result.Dispose();

        Assert.Equal(RejectionReason.PartitionRate, secondOfA.Result.Reason);
        Assert.True(ofB.Result.IsAdmitted);
    }

    /// <summary>Time does not help who asks for more than a full bucket, and those behind it can be served.</summary>
    [Fact]
    public void Update_BurstBelowTheCostOfTheFirst_RefusesItAndServesThoseBehind()
    {
        using AdmissionController controller = Build(p => p.Rate("1/s", burst: 5));
        controller.TryAdmit(Policy.Request(cost: 5));
        Asked costly = new(controller.AdmitAsync(Policy.Request(cost: 4)));
        Asked cheap = new(controller.AdmitAsync(Policy.Request(cost: 1)));
        AdmissionPolicyOptions options = Policy.Options(p => p.Rate("1/s", burst: 2).Queue(TimeSpan.FromSeconds(10)));

        Assert.True(controller.Update(PolicyPlan.From("test", options)));

        Assert.Equal((RejectionReason.Rate, TimeSpan.MaxValue), (costly.Result.Reason, costly.Result.RetryAfter));
        Assert.False(cheap.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5.001));
        Assert.True(cheap.Result.IsAdmitted);
    }

    private AdmissionController Build(Action<AdmissionPolicyBuilder> configure, double maxWait = 10, int maxLength = 1000) => Policy.Build(_time, p =>
    {
        configure(p);
        p.Queue(TimeSpan.FromSeconds(maxWait), maxLength);
    });

    private static Asked Wait(AdmissionController controller, RequestPriority priority = RequestPriority.Normal) =>
        new(controller.AdmitAsync(new(priority)));
}
