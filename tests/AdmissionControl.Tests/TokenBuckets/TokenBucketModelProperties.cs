using System.Numerics;
using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.TokenBuckets;

/// <summary>The bucket against <see cref="BucketModel"/>.</summary>
public class TokenBucketModelProperties
{
    private const long NanosecondsPerTick = 100;

    [Property(MaxTest = 2000)]
    public Property AnyStory_PreciseClock_EqualsTheModel() => Prop.ForAll(BucketStory.Stories(isCoarse: false), Run);

    [Property(MaxTest = 2000)]
    public Property AnyStory_CoarseClock_EqualsTheModel() => Prop.ForAll(BucketStory.Stories(isCoarse: true), Run);

    private static void Run(BucketStory story)
    {
        var clock = new DrivenClock(story.IsCoarse ? BucketStory.Tick : 0);
        var bucket = new TokenBucket(story.Rate, story.Burst, clock);
        var model = new BucketModel(bucket.Line);
        List<int> taken = [];
        TimeSpan retryAfter = TimeSpan.Zero;
        long lastReading = 0;
        foreach (BucketStep step in story.Steps)
        {
            clock.Lag = (long)(step.Lag * Math.Max(0, clock.CoarseTick - 1));
            switch (step.Act)
            {
                case BucketAct.Take:
                    retryAfter = Take(clock, bucket, model, step, taken, ref lastReading);
                    break;
                case BucketAct.Refund when taken.Count > 0:
                    int last = taken[^1];
                    taken.RemoveAt(taken.Count - 1);
                    bucket.Refund(last);
                    model.Refund(last);
                    break;
                case BucketAct.HoldBack:
                    var duration = TimeSpan.FromTicks(step.Nanoseconds / NanosecondsPerTick);
                    bucket.HoldBack(duration);
                    if (duration > TimeSpan.Zero)
                    {
                        long longest = Math.Min(duration.Ticks, TimeSpan.TicksPerDay) * NanosecondsPerTick;
                        model.HoldBack(clock.Now, clock.Now + longest);
                    }

                    break;
                case BucketAct.Update:
                    bucket.UpdateLimits(step.Rate, step.Burst);
                    model.Update(bucket.Line, clock.Now);
                    taken.Clear();
                    Assert.Equal((step.Rate, step.Burst), (bucket.PermitsPerSecond, bucket.Burst));
                    break;
                case BucketAct.Pass:
                    clock.Now += step.Nanoseconds;
                    break;
                case BucketAct.Wait when retryAfter < TimeSpan.FromDays(30):
                    clock.Advance(retryAfter);
                    break;
            }

            Assert.Equal(model.Available(clock.Now), bucket.AvailablePermits);
        }
    }

    private static TimeSpan Take(DrivenClock clock, TokenBucket bucket, BucketModel model, BucketStep step, List<int> taken, ref long lastReading)
    {
        int permits = (int)Math.Clamp(step.Share * bucket.Burst, 1, int.MaxValue);
        int reserve = (int)Math.Min(step.Reserve * bucket.Burst, int.MaxValue);
        bool wasNearlyEmpty = bucket.IsNearlyEmpty;
        (int, int) readings = clock.Readings;
        bool isTaken = permits == 1 && reserve == 0
            ? bucket.TryTake(out TimeSpan retryAfter)
            : bucket.TryTake(permits, reserve, out retryAfter);
        if (isTaken && clock.Readings == readings)
        {
            // Prepaid: no clock was asked, and so it counts as taken when one was asked last.
            Assert.True(model.TryTake(lastReading, permits, reserve, out _), "Nothing was left of what was prepaid.");
            taken.Add(permits);
            return TimeSpan.Zero;
        }

        if (permits > bucket.Burst)
        {
            Assert.False(isTaken);
            Assert.Equal(TimeSpan.MaxValue, retryAfter);
            return TimeSpan.Zero;
        }

        // The coarse reading decides, except where the precise one could turn a refusal into an admission; a bucket that was nearly empty asks the precise one first.
        bool isPrecise = clock.CoarseTick == 0 || wasNearlyEmpty;
        bool expected = model.TryTake(isPrecise ? clock.Precise : clock.Coarse, permits, reserve, out BigInteger lacking);
        if (!expected && !isPrecise && lacking <= model.Units(clock.CoarseTick) + 1)
        {
            isPrecise = true;
            expected = model.TryTake(clock.Precise, permits, reserve, out lacking);
        }

        Assert.Equal(expected, isTaken);
        if (isTaken)
        {
            Assert.Equal(TimeSpan.Zero, retryAfter);
            taken.Add(permits);
            lastReading = isPrecise ? clock.Precise : clock.Coarse;
            return TimeSpan.Zero;
        }

        AssertEnoughAndNotTooMuch(clock, model, lacking, retryAfter, isPrecise);
        AssertTakenAfter(clock, bucket, permits, reserve, retryAfter);
        return retryAfter;
    }

    private static void AssertEnoughAndNotTooMuch(
        DrivenClock clock, BucketModel model, BigInteger lacking, TimeSpan retryAfter, bool isPrecise)
    {
        BigInteger least = model.NanosecondsFor(lacking);
        if (least > long.MaxValue / 2)
        {
            return;
        }

        // A coarse refusal is wider by one tick. The double that converts is good to 15 digits.
        BigInteger exact = least + (isPrecise ? 0 : clock.CoarseTick);
        BigInteger actual = (BigInteger)retryAfter.Ticks * NanosecondsPerTick;
        Assert.True(actual >= exact, $"{retryAfter} is {exact - actual} ns short.");
        double tooMuch = (double)(actual - exact);
        Assert.True(tooMuch <= model.UnitNanoseconds + NanosecondsPerTick + 2 + ((double)exact * 4e-15), $"{retryAfter} is {tooMuch} ns too long.");
    }

    private static void AssertTakenAfter(DrivenClock clock, TokenBucket bucket, int permits, int reserve, TimeSpan retryAfter)
    {
        if (retryAfter > TimeSpan.FromDays(365 * 20))
        {
            return;
        }

        (long now, long lag) = (clock.Now, clock.Lag);
        clock.Advance(retryAfter);
        foreach (double later in (double[])[-1, 0, 1])
        {
            clock.Lag = (long)(later * Math.Max(0, clock.CoarseTick - 1));
            (long arrival, long prepaidUntil) = (bucket.Line.ArrivalTime, bucket.Line.PrepaidUntil);
            Assert.True(bucket.TryTake(permits, reserve, out _), $"Not taken after the {retryAfter} that were asked for, lag {clock.Lag}.");
            (bucket.Line.ArrivalTime, bucket.Line.PrepaidUntil) = (arrival, prepaidUntil);
        }

        (clock.Now, clock.Lag) = (now, lag);
    }
}
