using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.RateLimiting;
using Xunit.Sdk;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>
/// What whoever takes a <see cref="RateLimiter"/> may rely on. Run over every adapter of ours, and over the platform's own limiters as a
/// control.
/// </summary>
/// <remarks>
/// A limiter that is known not to keep a fact lists it with the reason; then the fact must fail, so that the list cannot grow old. Ours run
/// on a clock that the fact moves; the platform's know only the system's, so facts about them ask for microseconds at most.
/// </remarks>
public abstract partial class RateLimiterContract
{
    /// <summary>Facts that the limiter is known not to keep, and why.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string>> KnownFailures => [];

    protected abstract Subject Create(Shape shape);

    /// <summary>Several facts that are not kept for one reason.</summary>
    protected static IEnumerable<KeyValuePair<string, string>> Because(string reason, params string[] facts) =>
        facts.Select(fact => KeyValuePair.Create(fact, reason));

    [Fact]
    public Task AttemptAcquire_PermitsThere_TakesThem() => Hold(new Shape(), subject =>
    {
        Take(subject, 2);
        Assert.Equal(1, Available(subject));
    });

    [Fact]
    public Task AttemptAcquire_NotEnoughThere_FailsAndTakesNothing() => Hold(new Shape(), subject =>
    {
        Take(subject, 2);
        Refused(subject, 2);
        Assert.Equal(1, Available(subject));
    });

    [Fact]
    public Task AttemptAcquire_PermitsCameBack_TakesThemAgain() => Hold(new Shape(), subject =>
    {
        subject.GiveBack(Take(subject, 1), Take(subject, 2));
        Take(subject, 3);
        Refused(subject, 1);
    });

    [Fact]
    public Task AttemptAcquire_NoPermitsWhileSomeAreThere_SaysSoAndTakesNothing() => Hold(new Shape(), subject =>
    {
        Take(subject, 2);
        Take(subject, 0).Dispose();
        Assert.Equal(1, Available(subject));
    });

    [Fact]
    public Task AttemptAcquire_NoPermitsWhileNoneIsThere_Fails() => Hold(new Shape(), subject =>
    {
        Take(subject, 3);
        Refused(subject, 0);
    });

    [Fact]
    public Task AttemptAcquire_NoPermitsWhileAFractionIsThere_Fails() => Hold(new Shape { Period = TimeSpan.FromHours(1) }, subject =>
    {
        Take(subject, 3);
        subject.Pass(TimeSpan.FromMicroseconds(10));
        subject.Replenish();
        Refused(subject, 0);
    });

    [Fact]
    public Task Acquire_MorePermitsThanCanEverBe_Throws() => Hold(new Shape { QueueLimit = 100 }, async subject =>
    {
        int permits = subject.MoreThanEver;
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Limiter.AttemptAcquire(permits));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await subject.Limiter.AcquireAsync(permits));
    });

    [Fact]
    public Task Acquire_FewerPermitsThanNone_Throws() => Hold(new Shape(), async subject =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Limiter.AttemptAcquire(-1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await subject.Limiter.AcquireAsync(-1));
    });

    [Fact]
    public Task AcquireAsync_PermitsThere_TakesThemAtOnce() => Hold(new Shape(), subject =>
    {
        ValueTask<RateLimitLease> acquisition = subject.Limiter.AcquireAsync(2);
        Assert.True(acquisition.IsCompletedSuccessfully);
        Assert.True(acquisition.Result.IsAcquired);
        Assert.Equal(1, Available(subject));
    });

    [Fact]
    public Task AcquireAsync_NoneThereAndNoQueue_FailsAtOnce() => Hold(new Shape(), subject =>
    {
        Take(subject, 3);
        ValueTask<RateLimitLease> acquisition = subject.Limiter.AcquireAsync();
        Assert.True(acquisition.IsCompletedSuccessfully);
        Assert.False(acquisition.Result.IsAcquired);
    });

    [Fact]
    public Task AcquireAsync_NoPermitsAndNoQueue_FailsAtOnceWhileNoneIsThere() => Hold(new Shape(), subject =>
    {
        ValueTask<RateLimitLease> there = subject.Limiter.AcquireAsync(0);
        Assert.True(there.IsCompletedSuccessfully && there.Result.IsAcquired);
        Take(subject, 3);
        ValueTask<RateLimitLease> notThere = subject.Limiter.AcquireAsync(0);
        Assert.True(notThere.IsCompletedSuccessfully);
        Assert.False(notThere.Result.IsAcquired);
    });

    [Fact]
    public Task AcquireAsync_CancelledBefore_ThrowsTheCallersTokenAndTakesNothing() => Hold(new Shape(), async subject =>
    {
        var token = new CancellationToken(canceled: true);
        await Cancelled(subject.Limiter.AcquireAsync(1, token).AsTask(), token);
        Assert.Equal(3, Available(subject));
    });

    [Fact]
    public Task Lease_DisposedAgain_ReleasesNothingOfAnybodyElse() => Hold(new Shape(), subject =>
    {
        RateLimitLease old = Take(subject, 3);
        subject.GiveBack(old);
        old.Dispose();
        Take(subject, 3);
        old.Dispose();
        old.Dispose();
        Refused(subject, 1);
        Assert.Equal(0, Available(subject));
    });

    [Fact]
    public Task Lease_FailedAndDisposedManyTimes_ReleasesNothing() => Hold(new Shape(), subject =>
    {
        Take(subject, 3);
        RateLimitLease failed = Refused(subject, 1);
        failed.Dispose();
        failed.Dispose();
        Refused(subject, 1);
    });

    [Fact]
    public Task Lease_Acquired_TellsNoTime() => Hold(new Shape(), subject =>
    {
        RateLimitLease lease = Take(subject, 1);
        Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.False(lease.TryGetMetadata("no such name", out object? nothing));
        Assert.Null(nothing);
    });

    [Fact]
    public Task Lease_Failed_HasAValueForEveryNameThatItDeclares() => Hold(new Shape(), subject =>
    {
        Take(subject, 3);
        RateLimitLease failed = Refused(subject, 1);
        Assert.All(failed.MetadataNames, name => Assert.True(failed.TryGetMetadata(name, out object? value) && value is not null, name));
        Assert.False(failed.TryGetMetadata("no such name", out _));
    });

    /// <summary>15 permits at 10 an hour are there after 1.5 hours. Who is told less comes too early; no thread stalls for long enough to hide it.</summary>
    [Fact]
    public Task RetryAfter_OfAFailedLease_IsThereAndNeverTooShort() => Hold(TenAnHour, subject =>
    {
        long start = subject.Time.GetTimestamp();
        Take(subject, 100);
        RateLimitLease failed = Refused(subject, 15);
        Assert.True(failed.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter), "It does not say when to come back.");
        Assert.True(retryAfter >= subject.TimeUntil(15) - subject.Time.GetElapsedTime(start), $"It says {retryAfter}.");
    });

    /// <summary>However long a limiter was idle, in any window it gives no more than its burst and what flows in meanwhile.</summary>
    [Fact]
    public Task Burst_AfterALongIdle_IsNotGivenTwice() => Hold(Fast, subject =>
    {
        for (int i = 0; i < 20; i++)
        {
            subject.Pass(2 * subject.Shape.TimeOf(subject.Shape.Permits));
            subject.Replenish();
            long start = subject.Time.GetTimestamp();
            int taken = TakeAll(subject);
            subject.Replenish();
            taken += TakeAll(subject);
            double flowed = subject.Time.GetElapsedTime(start).TotalSeconds * subject.PermitsPerSecond;
            Assert.InRange(taken, 0, subject.Shape.Permits + flowed + 1);
        }
    });

    [Fact]
    public Task IdleDuration_NeverUsed_Grows() => Hold(new Shape(), subject => Grows(subject, subject.Limiter.IdleDuration));

    [Fact]
    public Task IdleDuration_InUse_IsNull() => Hold(new Shape(), subject =>
    {
        subject.GiveBack(Take(subject, 1));
        Take(subject, 1);
        Assert.Null(subject.Limiter.IdleDuration);
    });

    [Fact]
    public Task IdleDuration_AfterUse_BeginsAnew() => Hold(new Shape(), subject =>
    {
        subject.Pass(TimeSpan.FromMilliseconds(1));
        long start = subject.Time.GetTimestamp();
        subject.GiveBack(Take(subject, 1));
        TimeSpan? idle = subject.Limiter.IdleDuration;
        Assert.True(idle <= subject.Time.GetElapsedTime(start), $"It says {idle}.");
        Grows(subject, idle);
    });

    [Fact]
    public Task GetStatistics_AfterSuccessesAndFailures_CountsEach() => Hold(new Shape(), async subject =>
    {
        Take(subject, 1);
        Take(subject, 1);
        Refused(subject, 2);
        Refused(subject, 3);
        Assert.False((await subject.Limiter.AcquireAsync(2)).IsAcquired);
        RateLimiterStatistics statistics = subject.Limiter.GetStatistics()!;
        Assert.Equal((1, 0), (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount));
        Assert.Equal((2, 3), (statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
    });

    [Fact]
    public Task Dispose_ThenAnyUse_ThrowsObjectDisposed() => Hold(new Shape(), async subject =>
    {
        subject.Limiter.Dispose();
        subject.Limiter.Dispose();
        await subject.Limiter.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => subject.Limiter.AttemptAcquire());
        Assert.Throws<ObjectDisposedException>(() => subject.Limiter.AttemptAcquire(0));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await subject.Limiter.AcquireAsync());
        Assert.Throws<ObjectDisposedException>(() => subject.Limiter.GetStatistics());
    });

    [Fact]
    public Task Dispose_LeasesOut_TheyEndQuietly() => Hold(new Shape(), async subject =>
    {
        RateLimitLease lease = Take(subject, 2);
        await subject.Limiter.DisposeAsync();
        lease.Dispose();
        lease.Dispose();
        Assert.True(lease.IsAcquired);
    });

    private static Shape TenAnHour => new() { Permits = 100, PermitsPerPeriod = 10, Period = TimeSpan.FromHours(1) };

    private static Shape Fast => new() { Permits = 100, PermitsPerPeriod = 1, Period = TimeSpan.FromMicroseconds(10) };

    private static RateLimitLease Take(Subject subject, int permits)
    {
        RateLimitLease lease = subject.Limiter.AttemptAcquire(permits);
        Assert.True(lease.IsAcquired);
        return lease;
    }

    private static RateLimitLease Refused(Subject subject, int permits)
    {
        RateLimitLease lease = subject.Limiter.AttemptAcquire(permits);
        Assert.False(lease.IsAcquired);
        return lease;
    }

    private static int TakeAll(Subject subject)
    {
        int taken = 0;
        while (subject.Limiter.AttemptAcquire().IsAcquired)
        {
            taken++;
        }

        return taken;
    }

    private static long Available(Subject subject) => subject.Limiter.GetStatistics()!.CurrentAvailablePermits;

    private static void Grows(Subject subject, TimeSpan? idle)
    {
        Assert.NotNull(idle);
        subject.Pass(TimeSpan.FromMicroseconds(10));
        Assert.True(subject.Limiter.IdleDuration > idle, "It does not grow.");
    }

    private static async Task Cancelled(Task<RateLimitLease> acquisition, CancellationToken token)
    {
        TaskCanceledException thrown = await Assert.ThrowsAsync<TaskCanceledException>(() => End(acquisition));
        Assert.Equal(token, thrown.CancellationToken);
    }

    private Task Hold(Shape shape, Action<Subject> fact, [CallerMemberName] string name = "") => Hold(
        shape,
        subject =>
        {
            fact(subject);
            return Task.CompletedTask;
        },
        name);

    private async Task Hold(Shape shape, Func<Subject, Task> fact, [CallerMemberName] string name = "")
    {
        Exception? failure = await Record.ExceptionAsync(async () =>
        {
            using Subject subject = Create(shape);
            await fact(subject);
        });
        if (new Dictionary<string, string>(KnownFailures).TryGetValue(name, out string? reason))
        {
            string what = failure?.ToString() ?? "it holds. Take it from the list.";
            Assert.True(failure is XunitException, $"It is listed to fail ({reason}), but {what}");
        }
        else if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
