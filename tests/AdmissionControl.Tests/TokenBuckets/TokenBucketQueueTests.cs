using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.TokenBuckets;

public sealed class TokenBucketQueueTests
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TakeAsync_TwentyAtTenASecond_StartATenthOfASecondApartInOrder()
    {
        using TokenBucketQueue queue = Queue(rate: 10, burst: 1, maxWaiting: 20);
        Task<RejectionReason>[] takes = [.. Enumerable.Range(0, 20).Select(_ => queue.TakeAsync(cancellationToken: None).AsTask())];

        for (int step = 0; step < takes.Length; step++)
        {
            Assert.All(takes[..(step + 1)], take => Assert.Equal(RejectionReason.None, Result(take)));
            Assert.All(takes[(step + 1)..], take => Assert.False(take.IsCompleted));
            _time.Advance(Tenth);
        }
    }

    [Fact]
    public void TakeAsync_LateTimer_GrantsEverythingThatIsDue()
    {
        using TokenBucketQueue queue = Queue(rate: 10, burst: 5, maxWaiting: 20);
        Task<RejectionReason>[] takes = [.. Enumerable.Range(0, 12).Select(_ => queue.TakeAsync(cancellationToken: None).AsTask())];

        Jump(0.41);

        Assert.Equal(9, takes.Count(take => take.IsCompleted));
        Assert.Equal(3, queue.Waiting);
    }

    [Fact]
    public void TakeAsync_QueueFull_SaysSoAndTakesNothing()
    {
        using TokenBucketQueue queue = Queue(rate: 10, burst: 3, maxWaiting: 4);
        Task<RejectionReason> first = queue.TakeAsync(3, None).AsTask();
        Task<RejectionReason> waiting = queue.TakeAsync(2, None).AsTask();

        Assert.Equal(RejectionReason.QueueFull, Result(queue.TakeAsync(3, None).AsTask()));

        Task<RejectionReason> last = queue.TakeAsync(2, None).AsTask();
        Jump(0.2);
        Jump(0.2);
        Assert.All([first, waiting, last], take => Assert.Equal(RejectionReason.None, Result(take)));
    }

    [Fact]
    public void TakeAsync_LargeRequestFirst_IsNotOvertakenBySmallOnes()
    {
        using TokenBucketQueue queue = Queue(rate: 10, burst: 3, maxWaiting: 10);
        Assert.True(queue.TryTake(3, out _));
        Task<RejectionReason> large = queue.TakeAsync(3, None).AsTask();
        Task<RejectionReason> small = queue.TakeAsync(1, None).AsTask();
        Jump(0.2);
        Assert.False(queue.TryTake(1, out TimeSpan retryAfter));

        Assert.Equal(TimeSpan.FromSeconds(0.3), retryAfter);
        Assert.False(small.IsCompleted);
        Jump(0.1);
        Assert.Equal(RejectionReason.None, Result(large));
        Assert.False(small.IsCompleted);
    }

    [Fact]
    public void TakeAsync_FirstCancelled_TheNextIsServedAndNothingIsLost()
    {
        using TokenBucketQueue queue = Queue(rate: 10, burst: 3, maxWaiting: 10);
        Assert.True(queue.TryTake(3, out _));
        using var cancellation = new CancellationTokenSource();
        Task<RejectionReason> large = queue.TakeAsync(3, cancellation.Token).AsTask();
        Task<RejectionReason> small = queue.TakeAsync(1, None).AsTask();
        Jump(0.15);

        cancellation.Cancel();

        Assert.Equal(RejectionReason.Cancelled, Result(large));
        Assert.Equal(RejectionReason.None, Result(small));
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public void TakeAsync_CancelledBefore_TakesNothing()
    {
        var bucket = new TokenBucket(10, 1, _time);
        using var queue = new TokenBucketQueue(bucket, 1);

        Assert.Equal(RejectionReason.Cancelled, Result(queue.TakeAsync(1, new CancellationToken(canceled: true)).AsTask()));
        Assert.Equal(1, bucket.AvailablePermits);
    }

    [Fact]
    public void TakeAsync_MoreThanTheBurst_IsRefusedAtOnce()
    {
        using TokenBucketQueue queue = Queue(rate: 10, burst: 3, maxWaiting: 10);

        Assert.Equal(RejectionReason.Rate, Result(queue.TakeAsync(4, None).AsTask()));
    }

    [Fact]
    public void Refund_WhileSomebodyWaits_ServesAtOnce()
    {
        var bucket = new TokenBucket(1, 1, _time);
        using var queue = new TokenBucketQueue(bucket, 1);
        Assert.True(bucket.TryTake());
        Task<RejectionReason> waiting = queue.TakeAsync(cancellationToken: None).AsTask();

        bucket.Refund(1);

        Assert.Equal(RejectionReason.None, Result(waiting));
    }

    [Fact]
    public void UpdateLimits_FasterRate_WaitersAreServedAtTheNewRate()
    {
        var bucket = new TokenBucket(0.001, 1, _time);
        using var queue = new TokenBucketQueue(bucket, 5);
        Assert.True(bucket.TryTake());
        Task<RejectionReason>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => queue.TakeAsync(cancellationToken: None).AsTask())];

        bucket.UpdateLimits(10, 1);
        int served = 0;
        for (int step = 0; step < 3; step++)
        {
            Jump(0.1);
            Assert.Equal(++served, waiting.Count(take => take.IsCompleted));
        }
    }

    [Fact]
    public void UpdateLimits_BurstBelowAWaiter_RefusesItAndServesTheNext()
    {
        var bucket = new TokenBucket(10, 5, _time);
        using var queue = new TokenBucketQueue(bucket, 10);
        Assert.True(bucket.TryTake(5, out _));
        Task<RejectionReason> large = queue.TakeAsync(5, None).AsTask();
        Task<RejectionReason> small = queue.TakeAsync(1, None).AsTask();

        bucket.UpdateLimits(10, 2);
        Jump(0.6);

        Assert.Equal(RejectionReason.Rate, Result(large));
        Assert.Equal(RejectionReason.None, Result(small));
    }

    [Fact]
    public void HoldBack_WhileSomebodyWaits_DelaysItByThatMuch()
    {
        var bucket = new TokenBucket(10, 1, _time);
        using var queue = new TokenBucketQueue(bucket, 1);
        Assert.True(bucket.TryTake());
        Task<RejectionReason> waiting = queue.TakeAsync(cancellationToken: None).AsTask();

        bucket.HoldBack(TimeSpan.FromSeconds(2));
        Jump(1.9);
        Assert.False(waiting.IsCompleted);
        Jump(0.1);

        Assert.Equal(RejectionReason.None, Result(waiting));
    }

    [Fact]
    public void Dispose_WhileSomebodyWaits_EndsTheWaitAndLeavesTheBucket()
    {
        var bucket = new TokenBucket(10, 1, _time);
        var queue = new TokenBucketQueue(bucket, 5);
        Assert.True(bucket.TryTake());
        Task<RejectionReason> waiting = queue.TakeAsync(cancellationToken: None).AsTask();

        queue.Dispose();
        queue.Dispose();

        Assert.Equal(RejectionReason.ShuttingDown, Result(waiting));
        Assert.Equal(RejectionReason.ShuttingDown, Result(queue.TakeAsync(cancellationToken: None).AsTask()));
        Jump(0.1);
        Assert.True(bucket.TryTake());
    }

    [Fact]
    public void Constructor_ArgumentsOutOfRange_NamesThem()
    {
        Assert.Equal("bucket", Assert.Throws<ArgumentNullException>(() => new TokenBucketQueue(null!, 1)).ParamName);
        Assert.Equal("maxWaiting", Assert.Throws<ArgumentOutOfRangeException>(() => Queue(1, 1, maxWaiting: 0)).ParamName);
        using TokenBucketQueue queue = Queue(1, 1, 1);
        Assert.Equal("permits", Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryTake(0, out _)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = queue.TakeAsync(0, None); });
    }

    private static CancellationToken None => CancellationToken.None;

    private static RejectionReason Result(Task<RejectionReason> take)
    {
        Assert.True(take.IsCompleted);
        return take.GetAwaiter().GetResult();
    }

    private void Jump(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private TokenBucketQueue Queue(double rate, int burst, int maxWaiting) => new(new TokenBucket(rate, burst, _time), maxWaiting);
}
