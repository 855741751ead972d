using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.TokenBuckets;

/// <summary>
/// The striped bucket between two exact ones, of the whole burst and of the burst without the part in stripes, and its bound over any window.
/// </summary>
public class StripedTokenBucketProperties
{
    // Up to here both exact buckets count in the same unit at any rate, so that nothing is rounded apart.
    private const int LargestBurst = 8000;

    [Property(MaxTest = 100)]
    public Property AnyStory_PreciseClock_LiesBetweenTwoExactBuckets() => Prop.ForAll(Stories, RunBetween);

    [Property(MaxTest = 400)]
    public Property Admissions_AnyWindowCoarseClock_StayWithinTheBoundOfAnExactBucket() => Prop.ForAll(Stories, RunWindows);

    private static Arbitrary<(double Rate, int Burst, int Stripes, int Batch, int Seed)> Stories =>
        (from rate in BucketStory.Rates
         from burst in Gen.OneOf(Gen.Choose(1, 200), Gen.Choose(1, LargestBurst))
         from stripes in Gen.Choose(1, 8)
         from batch in Gen.OneOf(Gen.Choose(1, 8), Gen.Constant(StripedTokenBucket.DefaultBatch))
         from seed in Gen.Choose(0, int.MaxValue)
         select (rate, burst, stripes, batch, seed)).ToArbitrary();

    private static void RunBetween((double Rate, int Burst, int Stripes, int Batch, int Seed) story)
    {
        var random = new Random(story.Seed);
        var clock = new DrivenClock();
        var bucket = new StripedTokenBucket(story.Rate, story.Burst, clock, story.Stripes, story.Batch, random.Next);
        int smallBurst = story.Burst - bucket.MaxPrepaidPermits;
        var line = new TokenTimeline(story.Rate, story.Burst);
        var smallLine = new TokenTimeline(story.Rate, smallBurst);
        Assert.Equal(line.PermitBits, smallLine.PermitBits);
        var whole = new BucketModel(line);
        var small = new BucketModel(smallLine);
        double permitTime = 1e9 / line.RealisedPermitsPerSecond;
        int outstanding = 0;
        TimeSpan retryAfter = TimeSpan.Zero;
        for (int i = 0; i < 400; i++)
        {
            switch (random.Next(12))
            {
                case 0:
                    clock.Now += (long)Math.Min(permitTime * random.Next(1, 4) * (random.Next(8) == 0 ? story.Burst : 1), 1e14);
                    break;
                case 1 when retryAfter < TimeSpan.FromDays(10):
                    clock.Advance(retryAfter);
                    break;
                case 2 when outstanding > 0:
                    int refunded = random.Next(1, outstanding + 1);
                    outstanding -= refunded;
                    bucket.Refund(refunded);
                    whole.Refund(refunded);
                    small.Refund(refunded);
                    break;
                case 3:
                    // About all that there is: what lies in stripes and in the shared bucket has to be brought together.
                    int nearlyAll = Math.Max(1, bucket.AvailablePermits - random.Next(-1, 12));
                    outstanding += Take(clock, bucket, whole, small, smallBurst, nearlyAll, ref retryAfter);
                    break;
                default:
                    // Mostly runs of single permits, which empty a stripe.
                    int permits = random.Next(3) == 0 ? random.Next(1, (random.Next(4) == 0 ? story.Burst : bucket.MaxPrepaidPermits) + 2) : 1;
                    for (int run = permits > 1 ? 1 : random.Next(1, 100); run > 0; run--)
                    {
                        outstanding += Take(clock, bucket, whole, small, smallBurst, permits, ref retryAfter);
                    }

                    break;
            }

            Assert.InRange(bucket.AvailablePermits, small.Available(clock.Now), whole.Available(clock.Now));
            Assert.InRange(bucket.PrepaidPermits, 0, bucket.MaxPrepaidPermits);
        }
    }

    private static int Take(
        DrivenClock clock, StripedTokenBucket bucket, BucketModel whole, BucketModel small, int smallBurst, int permits, ref TimeSpan retryAfter)
    {
        int available = bucket.AvailablePermits;
        if (bucket.TryTake(permits, out retryAfter))
        {
            Assert.Equal(TimeSpan.Zero, retryAfter);
            Assert.Equal(available - permits, bucket.AvailablePermits);
            Assert.True(whole.TryTake(clock.Now, permits, 0, out _), $"{permits} admitted that an exact bucket would refuse.");
            small.Owe(clock.Now, permits);
            return permits;
        }

        Assert.Equal(available, bucket.AvailablePermits);
        Assert.Equal(permits > smallBurst, retryAfter == TimeSpan.MaxValue);
        Assert.True(permits > smallBurst || permits > available, $"{permits} refused while {available} were there.");
        Assert.True(permits > smallBurst || small.Lacking(clock.Now, permits) > 0, $"{permits} refused that the smaller exact bucket would admit.");
        if (permits <= smallBurst && retryAfter < TimeSpan.FromDays(10))
        {
            AssertThereAfter(clock, bucket, permits, retryAfter);
        }

        return 0;
    }

    private static void AssertThereAfter(DrivenClock clock, StripedTokenBucket bucket, int permits, TimeSpan retryAfter)
    {
        long now = clock.Now;
        clock.Advance(retryAfter);
        Assert.True(bucket.AvailablePermits >= permits, $"{permits} are not there after the {retryAfter} that were asked for.");
        clock.Now = now;
    }

    private static void RunWindows((double Rate, int Burst, int Stripes, int Batch, int Seed) story)
    {
        var random = new Random(story.Seed);
        var clock = new DrivenClock(BucketStory.Tick);
        var bucket = new StripedTokenBucket(story.Rate, story.Burst, clock, story.Stripes, story.Batch, random.Next);
        double realised = new TokenTimeline(story.Rate, story.Burst).RealisedPermitsPerSecond / 1e9;
        long ahead = random.NextInt64(0, BucketStory.Tick);
        List<(long At, long Permits)> changes = [];
        for (int i = 0; i < 120; i++)
        {
            double scale = random.Next(3) switch { 0 => 1 / realised, 1 => BucketStory.Tick, _ => story.Burst / realised };
            clock.Now += (long)Math.Min(scale * random.NextDouble() * 2 * random.Next(2), 1e15);
            clock.Lag = random.NextInt64(-ahead, BucketStory.Tick - ahead);
            int permits = random.Next(3) == 0 ? random.Next(1, story.Burst + 1) : 1;
            int taken = 0;
            for (int run = permits > 1 ? 1 : random.Next(1, 200); run > 0 && bucket.TryTake(permits, out _); run--)
            {
                taken += permits;
            }

            if (taken > 0)
            {
                changes.Add((clock.Now, taken));
                if (random.Next(6) == 0)
                {
                    bucket.Refund(taken);
                    changes.Add((clock.Now, -taken));
                }
            }
        }

        TokenBucketWindowProperties.AssertBound(changes, story.Burst, realised, BucketStory.Tick);
    }
}
