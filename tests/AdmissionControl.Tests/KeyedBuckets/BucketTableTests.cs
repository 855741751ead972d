using System.Numerics;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.Tests.Timing;
using AdmissionControl.Tests.TokenBuckets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.KeyedBuckets;

public class BucketTableTests
{
    private const long Second = 1_000_000_000;
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData(1L << 10, 128)]
    [InlineData((1L << 20) + 12345, 131_072)]
    [InlineData((1L << 21) - 1, 131_072)]
    [InlineData(1, 8)]
    public void Capacity_AnyMemory_IsTheLargestPowerOfTwoWithin(long memory, int capacity) =>
        Assert.Equal(capacity, new BucketTable(1, 1, memory, new DrivenClock()).Capacity);

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
        var clock = new DrivenClock(random.Next(2) * 10_000_000);
        var buckets = new BucketTable(story.Rate, story.Burst, Megabyte, clock);
        (ulong Key, BucketModel Model, Stack<int> Taken)[] keys = [.. Enumerable.Range(0, 5).Select(i => (
            PartitionKey.From($"{story.Seed} {i}").Hash,
            new BucketModel(KeyedTimeline.Create(story.Rate, story.Burst, clock.CoarseTick)),
            new Stack<int>()))];
        double fill = story.Burst / story.Rate * Second;
        for (int i = 0; i < 150; i++)
        {
            // Mostly around the time of one permit, now and then around that of a full bucket.
            clock.Now += (long)Math.Min(1e16, random.Next(3) * random.NextDouble() * (random.Next(10) == 0 ? fill * 3 : fill / story.Burst));
            clock.Lag = clock.CoarseTick == 0 ? 0 : 1234;
            (ulong key, BucketModel model, Stack<int> taken) = keys[random.Next(keys.Length)];
            if (random.Next(6) == 0 && taken.TryPop(out int refund))
            {
                buckets.Refund(key, refund);
                model.Refund(refund);
                continue;
            }

            int permits = random.Next(2) == 0 ? 1 : random.Next(1, story.Burst + 1);
            bool isTaken = buckets.TryTake(key, permits, out TimeSpan retryAfter);

            // The coarse reading decides, except where the precise one could turn a refusal into an admission.
            bool isPrecise = clock.CoarseTick == 0;
            bool expected = model.TryTake(clock.Coarse, permits, 0, out BigInteger lacking);
            if (!expected && !isPrecise && lacking <= model.Units(clock.CoarseTick) + 1)
            {
                isPrecise = true;
                expected = model.TryTake(clock.Precise, permits, 0, out lacking);
            }

            Assert.Equal(expected, isTaken);
            if (isTaken)
            {
                taken.Push(permits);
            }
            else
            {
                double exact = (double)model.NanosecondsFor(lacking) + (isPrecise ? 0 : clock.CoarseTick);
                Assert.InRange((retryAfter.Ticks * 100.0) - exact, -1e-15 * exact, model.UnitNanoseconds + 102 + (4e-15 * exact));
            }
        }
    }

    [Fact]
    public void TryTake_MoreThanTheBurst_IsNeverThere()
    {
        var buckets = new BucketTable(1, 3, 1 << 10, new DrivenClock());
        Assert.False(buckets.TryTake(PartitionKey.From(1).Hash, 4, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
    }

    [Theory]
    [InlineData(1.0 / 86_400, 10_000)]
    [InlineData(1.0 / 86_400, 1)]
    [InlineData(1_000_000, 100_000)]
    [InlineData(3, 7)]
    public void TryTake_Exhausted_RetryAfterIsEnoughAndNotTooMuch(double rate, int burst)
    {
        const long Tick = 10_000_000;
        var clock = new DrivenClock(Tick);
        var buckets = new BucketTable(rate, burst, Megabyte, clock);
        var key = PartitionKey.From(7).Hash;
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
        var buckets = new BucketTable(1, 100, 64, clock);
        ulong[] keys = [.. Enumerable.Range(0, 9).Select(i => PartitionKey.From(i).Hash)];
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
        Assert.Equal(1, buckets.LiveEvictions);
        Assert.True(buckets.TryTake(keys[7], 100, out _));
        Assert.Equal(2, buckets.LiveEvictions);
    }

    [Fact]
    public void TryTake_AnotherPartitionExhausted_IsNotAffected()
    {
        var buckets = new BucketTable(1, 2, Megabyte, new DrivenClock());
        for (int i = 0; i < 1000; i++)
        {
            var key = PartitionKey.From(i).Hash;
            Assert.True(buckets.TryTake(key, 2, out _));
            Assert.False(buckets.TryTake(key, 1, out _));
        }
    }

    [Fact]
    public void Refund_Taken_GivesItBackAndNeverMoreThanTheBurst()
    {
        var clock = new DrivenClock();
        var buckets = new BucketTable(1, 5, Megabyte, clock);
        var key = PartitionKey.From("a").Hash;
        Assert.True(buckets.TryTake(key, 5, out _));
        buckets.Refund(key, 2);
        Assert.True(buckets.TryTake(key, 2, out _));
        Assert.False(buckets.TryTake(key, 1, out _));
        clock.Advance(TimeSpan.FromSeconds(60));
        buckets.Refund(key, 5);
        buckets.Refund(PartitionKey.From("unknown").Hash, 5);
        Assert.True(buckets.TryTake(key, 5, out _));
        Assert.False(buckets.TryTake(key, 1, out _));
        Assert.True(buckets.TryTake(PartitionKey.From("unknown").Hash, 5, out _));
        Assert.False(buckets.TryTake(PartitionKey.From("unknown").Hash, 1, out _));
    }

    /// <summary>
    /// The stored time has 32 bits. A key that comes back when they stand near where its own debt stood is not held against it, however many wraps later, and whether or not
    /// others used the table meanwhile.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryTake_IdleOverAnyNumberOfWraps_IsFull(bool areOthersActive)
    {
        var clock = new DrivenClock();
        var table = new BucketTable(10, 3, Megabyte, clock);
        ulong key = PartitionKey.From("idle").Hash;
        double wrap = Math.Pow(2, 32) / (table.Line.PermitUnits * 10.0) * Second;
        foreach (double wraps in (double[])[0.125, 0.25, 0.5, 0.875, 0.999_999, 1, 1.000_001, 1.5, 2, 3, 3.5, 7, 100, 1000.000_000_1])
        {
            for (int step = -5; step <= 5; step++)
            {
                Assert.True(table.TryTake(key, 3, out _), $"after {wraps} wraps, step {step}");
                Assert.False(table.TryTake(key, 1, out _));
                long until = clock.Now + (long)(wrap * wraps) + (step * Second / 10);
                for (int i = 0; areOthersActive && i < 20; i++)
                {
                    clock.Now += (until - clock.Now) / 20;
                    table.TryTake(PartitionKey.From(i).Hash, 1, out _);
                }

                clock.Now = Math.Max(until, clock.Now + (Second * 3 / 10));
            }
        }
    }

    /// <summary>All keys of a table of one region, each idle for a time of its own: cleaning removes what is past and nothing else.</summary>
    [Property(MaxTest = 100)]
    public void TryTake_ManyKeysOverManyEpochs_NoneIsEverTooPoorOrTooRich(int seed)
    {
        var random = new Random(seed);
        var clock = new DrivenClock();
        var table = new BucketTable(10, 3, Megabyte, clock);
        double epoch = Math.Pow(2, BucketSets.EpochBits) / (table.Line.PermitUnits * 10.0) * Second;
        var paidAt = new Dictionary<int, double>();
        for (int i = 0; i < 3_000; i++)
        {
            clock.Now += (long)(random.Next(50) == 0 ? random.NextDouble() * 5 * epoch : random.NextDouble() * Second / 5);
            int name = random.Next(40);
            double owed = Math.Max(0, paidAt.GetValueOrDefault(name) - clock.Now) / Second * 10;
            int permits = random.Next(1, 4);
            if (table.TryTake(PartitionKey.From(name).Hash, permits, out _))
            {
                Assert.True(owed + permits <= 3.001, $"owed {owed} and took {permits}");
                paidAt[name] = clock.Now + ((owed + permits) * Second / 10);
            }
            else
            {
                Assert.True(owed + permits > 2.999, $"owed {owed} and was refused {permits}");
            }
        }
    }

    [Fact]
    public void UpdateLimits_KeysThatOwe_StillOweUpToTheNewBurst()
    {
        var clock = new DrivenClock();
        var table = new BucketTable(10, 100, Megabyte, clock);
        ulong[] keys = [.. Enumerable.Range(0, 50).Select(i => PartitionKey.From(i).Hash)];
        Assert.All(keys, k => Assert.True(table.TryTake(k, 60, out _)));
        table.UpdateLimits(1000, 80);
        Assert.All(keys, k => Assert.Equal(20, table.AvailablePermits(k)));
        table.UpdateLimits(0.01, 40);
        Assert.All(keys, k => Assert.Equal(0, table.AvailablePermits(k)));
        Assert.Equal((0.01, 40), (table.PermitsPerSecond, table.Burst));
        clock.Advance(TimeSpan.FromSeconds(100));
        Assert.All(keys, k => Assert.Equal(1, table.AvailablePermits(k)));
        Assert.Equal(40, table.AvailablePermits(PartitionKey.From("new").Hash));
    }

    [Fact]
    public void TryTake_CoarseReadingGoesBack_StillKnowsTheEntry()
    {
        var clock = new DrivenClock(10_000_000);
        var buckets = new BucketTable(1000, 1, Megabyte, clock);
        var key = PartitionKey.From(1).Hash;
        Assert.True(buckets.TryTake(key, 1, out _));
        clock.Lag = 9_999_999;
        Assert.False(buckets.TryTake(key, 1, out _));
    }
}
