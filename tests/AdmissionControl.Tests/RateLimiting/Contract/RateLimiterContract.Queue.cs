using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>The facts about those who wait.</summary>
public abstract partial class RateLimiterContract
{
    [Fact]
    public Task AcquireAsync_NoneThere_WaitsUntilTheyAre() => Hold(new Shape { QueueLimit = 3 }, async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> waiting = Waiting(subject, 2);
        subject.GiveBack(all);
        Assert.True((await End(waiting)).IsAcquired);
        Assert.Equal(1, Available(subject));
    });

    [Fact]
    public Task AcquireAsync_NoPermits_WaitsUntilOneIsThereAndTakesNone() => Hold(new Shape { QueueLimit = 1 }, async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> waiting = subject.Limiter.AcquireAsync(0).AsTask();
        Assert.False(waiting.IsCompleted, "It does not wait.");
        subject.GiveBack(all);
        RateLimitLease lease = await End(waiting);
        Assert.True(lease.IsAcquired);
        lease.Dispose();
        Assert.Equal(3, Available(subject));
        Take(subject, 3);
    });

    [Fact]
    public Task OldestFirst_PermitsComeBack_ServesTheOldest() => Hold(new Shape { QueueLimit = 6 }, async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> first = Waiting(subject, 3);
        Task<RateLimitLease> second = Waiting(subject, 3);
        subject.GiveBack(all);
        RateLimitLease firstLease = await End(first);
        Assert.True(firstLease.IsAcquired);
        Assert.Equal(3, Queued(subject));
        subject.GiveBack(firstLease);
        Assert.True((await End(second)).IsAcquired);
        Assert.Equal(0, Queued(subject));
    });

    [Fact]
    public Task OldestFirst_SomebodyWaits_ASmallerNewcomerDoesNotOvertake() => Hold(new Shape { QueueLimit = 9 }, subject =>
    {
        Take(subject, 2);
        _ = Waiting(subject, 2);
        Refused(subject, 1);
        _ = Waiting(subject, 1);
        Assert.Equal((1, 3), (Available(subject), Queued(subject)));
    });

    /// <summary>What is there is due to who waits.</summary>
    [Fact]
    public Task OldestFirst_SomebodyWaits_NoPermitIsThereForANewcomer() => Hold(new Shape { QueueLimit = 9 }, subject =>
    {
        Take(subject, 2);
        _ = Waiting(subject, 2);
        Refused(subject, 0);
    });

    [Fact]
    public Task OldestFirst_QueueFull_FailsTheNewcomer() => Hold(new Shape { QueueLimit = 1 }, async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> first = Waiting(subject, 1);
        Assert.False((await End(subject.Limiter.AcquireAsync(1).AsTask())).IsAcquired);
        subject.GiveBack(all);
        Assert.True((await End(first)).IsAcquired);
    });

    [Fact]
    public Task NewestFirst_PermitsComeBack_ServesTheNewest() => Hold(NewestFirst(queueLimit: 6), async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> first = Waiting(subject, 3);
        Task<RateLimitLease> second = Waiting(subject, 3);
        subject.GiveBack(all);
        RateLimitLease secondLease = await End(second);
        Assert.True(secondLease.IsAcquired);
        Assert.Equal(3, Queued(subject));
        subject.GiveBack(secondLease);
        Assert.True((await End(first)).IsAcquired);
    });

    [Fact]
    public Task NewestFirst_SomebodyWaits_ANewcomerTakesWhatIsThere() => Hold(NewestFirst(queueLimit: 2), subject =>
    {
        Take(subject, 2);
        _ = Waiting(subject, 2);
        Take(subject, 1);
        Assert.Equal((0, 2), (Available(subject), Queued(subject)));
    });

    [Fact]
    public Task NewestFirst_QueueFull_FailsTheOldestAndNoMore() => Hold(NewestFirst(queueLimit: 3), async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> first = Waiting(subject, 2);
        Task<RateLimitLease> second = Waiting(subject, 1);
        Task<RateLimitLease> third = subject.Limiter.AcquireAsync(1).AsTask();
        Assert.False((await End(first)).IsAcquired);
        Assert.Equal(2, Queued(subject));
        subject.GiveBack(all);
        Assert.True((await End(second)).IsAcquired);
        Assert.True((await End(third)).IsAcquired);
    });

    [Fact]
    public Task NewestFirst_MoreThanTheQueueHolds_FailsAndDisplacesNobody() => Hold(NewestFirst(queueLimit: 1), async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> first = Waiting(subject, 1);
        Assert.False((await End(subject.Limiter.AcquireAsync(2).AsTask())).IsAcquired);
        Assert.Equal(1, Queued(subject));
        subject.GiveBack(all);
        Assert.True((await End(first)).IsAcquired);
    });

    [Fact]
    public Task QueueLimit_CountsPermits_NotThoseWhoWait() => Hold(new Shape { QueueLimit = 4 }, async subject =>
    {
        Take(subject, 3);
        _ = Waiting(subject, 2);
        Task<RateLimitLease> tooMany = subject.Limiter.AcquireAsync(3).AsTask();
        Assert.Equal(2, Queued(subject));
        Assert.False((await End(tooMany)).IsAcquired);
        _ = Waiting(subject, 2);
    });

    [Fact]
    public Task Cancel_Waiting_ThrowsTheCallersTokenAndFreesThePlace() => Hold(new Shape { QueueLimit = 1 }, async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        using var cancellation = new CancellationTokenSource();
        Task<RateLimitLease> waiting = subject.Limiter.AcquireAsync(1, cancellation.Token).AsTask();
        cancellation.Cancel();
        await Cancelled(waiting, cancellation.Token);
        Assert.Equal(0, Queued(subject));
        Task<RateLimitLease> next = Waiting(subject, 1);
        subject.GiveBack(all);
        Assert.True((await End(next)).IsAcquired);
        Assert.Equal(2, Available(subject));
    });

    /// <summary>
    /// The first asks for more than is there, and the one behind it for less; when the first has left, nothing is in its way.
    /// </summary>
    [Fact]
    public Task Cancel_First_TheNextIsServedAtOnce() => Hold(new Shape { QueueLimit = 9 }, async subject =>
    {
        Take(subject, 2);
        using var cancellation = new CancellationTokenSource();
        Task<RateLimitLease> first = subject.Limiter.AcquireAsync(2, cancellation.Token).AsTask();
        Task<RateLimitLease> second = Waiting(subject, 1);
        cancellation.Cancel();
        await Cancelled(first, cancellation.Token);
        Assert.Equal((0, 0), (Available(subject), Queued(subject)));
        Assert.True((await End(second)).IsAcquired);
    });

    /// <summary>A wait that was granted stays granted, whatever happens to its token.</summary>
    [Fact]
    public Task Cancel_AfterTheGrant_ChangesNothing() => Hold(new Shape { QueueLimit = 9 }, async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        using var cancellation = new CancellationTokenSource();
        Task<RateLimitLease> waiting = subject.Limiter.AcquireAsync(3, cancellation.Token).AsTask();
        subject.GiveBack(all);
        cancellation.Cancel();
        Assert.True((await End(waiting)).IsAcquired);
        Assert.Equal(0, Available(subject));
    });

    [Fact]
    public Task Dispose_SomebodyWaits_EndsEveryWaitWithAFailedLease() => Hold(new Shape { QueueLimit = 9 }, async subject =>
    {
        Take(subject, 3);
        Task<RateLimitLease>[] waiting = [Waiting(subject, 2), Waiting(subject, 1)];
        subject.Limiter.Dispose();
        Assert.All(await Task.WhenAll(waiting.Select(End)), lease => Assert.False(lease.IsAcquired));
    });

    [Fact]
    public Task DisposeAsync_SomebodyWaits_EndsEveryWaitWithAFailedLease() => Hold(new Shape { QueueLimit = 9 }, async subject =>
    {
        Take(subject, 3);
        Task<RateLimitLease>[] waiting = [Waiting(subject, 2), Waiting(subject, 1)];
        await subject.Limiter.DisposeAsync();
        Assert.All(await Task.WhenAll(waiting.Select(End)), lease => Assert.False(lease.IsAcquired));
    });

    [Fact]
    public Task GetStatistics_SomebodyWaits_CountsTheirPermits() => Hold(new Shape { QueueLimit = 9 }, async subject =>
    {
        RateLimitLease all = Take(subject, 3);
        Task<RateLimitLease> waiting = Waiting(subject, 2);
        Assert.Equal(2, Queued(subject));
        subject.GiveBack(all);
        await End(waiting);
        RateLimiterStatistics statistics = subject.Limiter.GetStatistics()!;
        Assert.Equal((1, 0), (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount));
        Assert.Equal((2, 0), (statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
    });

    [Fact]
    public Task IdleDuration_SomebodyWaits_IsNull() => Hold(new Shape { QueueLimit = 9 }, subject =>
    {
        Take(subject, 2);
        _ = Waiting(subject, 2);
        Assert.Null(subject.Limiter.IdleDuration);
    });

    private static Shape NewestFirst(int queueLimit) => new() { QueueLimit = queueLimit, Order = QueueProcessingOrder.NewestFirst };

    private static long Queued(Subject subject) => subject.Limiter.GetStatistics()!.CurrentQueuedCount;

    /// <summary>An acquisition that must wait. Whether it does is read from the statistics, which change before the call returns.</summary>
    private static Task<RateLimitLease> Waiting(Subject subject, int permits)
    {
        long before = Queued(subject);
        Task<RateLimitLease> acquisition = subject.Limiter.AcquireAsync(permits).AsTask();
        Assert.Equal(before + permits, Queued(subject));
        return acquisition;
    }

    private static Task<RateLimitLease> End(Task<RateLimitLease> acquisition) => acquisition.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
}
