using System.Numerics;
using AdmissionControl.Partitions;
using AdmissionControl.Tests.Timing;
using AdmissionControl.Tests.TokenBuckets;
using AdmissionControl.TokenBuckets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Partitions;

public class PartitionBucketsTests
{
    private const long Second = 1_000_000_000;
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData(1L << 10, 128)]
    [InlineData((1L << 20) + 12345, 131_072)]
    [InlineData((1L << 21) - 1, 131_072)]
    [InlineData(1, 8)]
    public void Capacity_AnyMemory_IsTheLargestPowerOfTwoWithin(long memory, int capacity) =>
        Assert.Equal(capacity, new PartitionBuckets(1, 1, memory, new DrivenClock()).Capacity);

    /// <summary>A key behaves like a bucket of its own, which runs on the coarse reading alone.</summary>
    [Property(MaxTest = 500)]
    public Property TryTake_AnyStoryOfFewKeys_EqualsTheModelOfABucketEach() => Prop.ForAll(Stories, Run);

    private static Arbitrary<(double Rate, int Burst, int Seed)> Stories =>
        (from exponent in Gen.Choose(-49, 60)
         from burst in Gen.OneOf(Gen.Choose(1, 10), Gen.Choose(1, 100_000))
         from seed in Gen.Choose(0, int.MaxValue)
         select (Math.Max(1.0 / 86_400, Math.Pow(10, exponent / 10.0)), burst, seed)).ToArbitrary();

    private static void Run((double Rate, int Burst, int Seed) story)
    {
        var random = new Random(story.Seed);
        var clock = new DrivenClock(10_000_000) { Lag = 1234 };
        var buckets = new PartitionBuckets(story.Rate, story.Burst, Megabyte, clock);
        (PartitionKey Key, BucketModel Model, Stack<int> Taken)[] keys = [.. Enumerable.Range(0, 5).Select(i => (
            PartitionKey.From($"{story.Seed} {i}"),
            new BucketModel(new TokenTimeline(story.Rate, story.Burst, distanceBits: 28)),
            new Stack<int>()))];
        double fill = story.Burst / story.Rate * Second;
        for (int i = 0; i < 150; i++)
        {
            // Mostly around the time of one permit, now and then around that of a full bucket.
            clock.Now += (long)Math.Min(1e16, random.Next(3) * random.NextDouble() * (random.Next(10) == 0 ? fill * 3 : fill / story.Burst));
            (PartitionKey key, BucketModel model, Stack<int> taken) = keys[random.Next(keys.Length)];
            if (random.Next(6) == 0 && taken.TryPop(out int refund))
            {
                buckets.Refund(key, refund);
                model.Refund(refund);
                continue;
            }

            int permits = random.Next(2) == 0 ? 1 : random.Next(1, story.Burst + 1);
            bool isTaken = buckets.TryTake(key, permits, out TimeSpan retryAfter);
            Assert.Equal(model.TryTake(clock.Coarse, permits, 0, out BigInteger lacking), isTaken);
            if (isTaken)
            {
                taken.Push(permits);
            }
            else
            {
                double exact = (double)model.NanosecondsFor(lacking) + clock.CoarseTick;
                Assert.InRange((retryAfter.Ticks * 100.0) - exact, -1e-15 * exact, model.UnitNanoseconds + 102 + (4e-15 * exact));
            }
        }
    }

    [Fact]
    public void TryTake_NoPartition_AlwaysPasses()
    {
        var buckets = new PartitionBuckets(1, 1, 1 << 10, new DrivenClock());
        for (int i = 0; i < 10; i++)
        {
            Assert.True(buckets.TryTake(default, 100, out _));
        }

        buckets.Refund(default, 1);
    }

    [Fact]
    public void TryTake_MoreThanTheBurst_IsNeverThere()
    {
        var buckets = new PartitionBuckets(1, 3, 1 << 10, new DrivenClock());
        Assert.False(buckets.TryTake(PartitionKey.From(1), 4, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
    }

    [Theory]
    [InlineData(1.0 / 86_400, 100_000)]
    [InlineData(1.0 / 86_400, 1)]
    [InlineData(1_000_000, 100_000)]
    [InlineData(3, 7)]
    public void TryTake_Exhausted_RetryAfterIsEnoughAndNotTooMuch(double rate, int burst)
    {
        const long Tick = 10_000_000;
        var clock = new DrivenClock(Tick);
        var buckets = new PartitionBuckets(rate, burst, Megabyte, clock);
        var key = PartitionKey.From(7);
        Assert.True(buckets.TryTake(key, burst, out _));
        clock.Lag = 3;
        Assert.False(buckets.TryTake(key, burst, out TimeSpan retryAfter));
        double exact = burst / rate * Second;
        Assert.InRange(retryAfter.TotalNanoseconds, exact * 0.999_999, (exact * 1.000_01) + Tick + 2000);
        clock.Advance(retryAfter);
        clock.Lag = Tick - 1;
        Assert.True(buckets.TryTake(key, burst, out _));
    }

    [Fact]
    public void TryTake_SetFullOfLiveEntries_ForgetsTheFullestAndOnlyInFavour()
    {
        // One set of eight: the ninth partition takes the place of the one that is nearest to full.
        var clock = new DrivenClock();
        var buckets = new PartitionBuckets(1, 100, 64, clock);
        PartitionKey[] keys = [.. Enumerable.Range(0, 9).Select(i => PartitionKey.From(i))];
        for (int i = 0; i < 8; i++)
        {
            Assert.True(buckets.TryTake(keys[i], 90 - i, out _));
        }

        Assert.True(buckets.TryTake(keys[8], 100, out _));
        for (int i = 0; i < 7; i++)
        {
            Assert.False(buckets.TryTake(keys[i], 11 + i, out _));
        }

        Assert.False(buckets.TryTake(keys[8], 1, out _));
        Assert.True(buckets.TryTake(keys[7], 100, out _));
    }

    [Fact]
    public void TryTake_AnotherPartitionExhausted_IsNotAffected()
    {
        var buckets = new PartitionBuckets(1, 2, Megabyte, new DrivenClock());
        for (int i = 0; i < 1000; i++)
        {
            var key = PartitionKey.From(i);
            Assert.True(buckets.TryTake(key, 2, out _));
            Assert.False(buckets.TryTake(key, 1, out _));
        }
    }

    [Fact]
    public void Refund_Taken_GivesItBackAndNeverMoreThanTheBurst()
    {
        var clock = new DrivenClock();
        var buckets = new PartitionBuckets(1, 5, Megabyte, clock);
        var key = PartitionKey.From("a");
        Assert.True(buckets.TryTake(key, 5, out _));
        buckets.Refund(key, 2);
        Assert.True(buckets.TryTake(key, 2, out _));
        Assert.False(buckets.TryTake(key, 1, out _));
        clock.Advance(TimeSpan.FromSeconds(60));
        buckets.Refund(key, 5);
        buckets.Refund(PartitionKey.From("unknown"), 5);
        Assert.True(buckets.TryTake(key, 5, out _));
        Assert.False(buckets.TryTake(key, 1, out _));
        Assert.True(buckets.TryTake(PartitionKey.From("unknown"), 5, out _));
        Assert.False(buckets.TryTake(PartitionKey.From("unknown"), 1, out _));
    }

    [Fact]
    public void TryTake_IdleOverWrapsOfTheStoredTime_IsFull()
    {
        // 10 a second: a permit is 2^26 units of about 1.5 ns, so 48 bits wrap after 4.9 days.
        var clock = new DrivenClock();
        var buckets = new PartitionBuckets(10, 3, Megabyte, clock);
        var key = PartitionKey.From("idle");
        for (int hours = 1; hours < 24 * 60; hours += 7)
        {
            Assert.True(buckets.TryTake(key, 3, out _), $"after {hours} hours");
            Assert.False(buckets.TryTake(key, 1, out _));
            clock.Advance(TimeSpan.FromHours(hours));
        }
    }

    [Fact]
    public void TryTake_CoarseReadingGoesBack_StillKnowsTheEntry()
    {
        var clock = new DrivenClock(10_000_000);
        var buckets = new PartitionBuckets(1000, 1, Megabyte, clock);
        var key = PartitionKey.From(1);
        Assert.True(buckets.TryTake(key, 1, out _));
        clock.Lag = 9_999_999;
        Assert.False(buckets.TryTake(key, 1, out _));
    }
}
