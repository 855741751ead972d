using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.TokenBuckets;

/// <summary>In any window no more than burst + rate x (window + one coarse tick) and the prepaid permits are taken, less those refunded.</summary>
public class TokenBucketWindowProperties
{
    [Property(MaxTest = 400)]
    public Property Admissions_AnyWindowPreciseClock_StayWithinTheBound() => Prop.ForAll(Runs, seed => Check(seed, tick: 0));

    [Property(MaxTest = 400)]
    public Property Admissions_AnyWindowCoarseClock_StayWithinTheBound() => Prop.ForAll(Runs, seed => Check(seed, BucketStory.Tick));

    private static Arbitrary<(double Rate, int Burst, int Seed)> Runs =>
        (from rate in BucketStory.Rates
         from burst in Gen.Frequency((3, Gen.Choose(1, 20)), (1, BucketStory.Bursts))
         from seed in Gen.Choose(0, int.MaxValue)
         select (rate, burst, seed)).ToArbitrary();

    private static void Check((double Rate, int Burst, int Seed) run, long tick)
    {
        var random = new Random(run.Seed);
        var clock = new DrivenClock(tick);
        var bucket = new TokenBucket(run.Rate, run.Burst, clock);
        double realised = bucket.Line.RealisedPermitsPerSecond / 1e9;
        double permitTime = 1 / realised;

        // The coarse reading may lie on either side of the precise one, but its errors differ by less than a tick.
        long ahead = tick == 0 ? 0 : random.NextInt64(0, tick);
        List<(long At, long Permits)> changes = [];
        for (int i = 0; i < 120; i++)
        {
            // Steps around the time of a permit, of a coarse tick and of a full bucket.
            double scale = random.Next(3) switch { 0 => permitTime, 1 => tick, _ => permitTime * run.Burst };
            clock.Now += (long)Math.Min(scale * random.NextDouble() * 2 * random.Next(2), 1e15);
            clock.Lag = tick == 0 ? 0 : random.NextInt64(-ahead, tick - ahead);
            int permits = random.Next(3) == 0 ? 1 + (int)(random.NextDouble() * (run.Burst - 1)) : 1;
            if (random.Next(40) == 0)
            {
                bucket.HoldBack(TimeSpan.FromTicks((long)Math.Min(permitTime, 1e12) / 50));
            }

            if (permits == 1 ? bucket.TryTake() : bucket.TryTake(permits, out _))
            {
                changes.Add((clock.Now, permits));
                if (random.Next(6) == 0)
                {
                    bucket.Refund(permits);
                    changes.Add((clock.Now, -permits));
                }
            }
        }

        AssertBound(changes, (long)run.Burst + bucket.Line.PrepaidPermits, realised, tick);
    }

    private static void AssertBound(List<(long At, long Permits)> changes, long burst, double ratePerNanosecond, long tick)
    {
        for (int from = 0; from < changes.Count; from++)
        {
            long sum = 0;
            for (int to = from; to < changes.Count; to++)
            {
                sum += changes[to].Permits;
                double bound = burst + (ratePerNanosecond * (changes[to].At - changes[from].At + tick));

                // The unit of the time line, and the double of this very line.
                Assert.True(sum <= (bound * (1 + 1e-12)) + (2.1 * ratePerNanosecond) + 1e-6, $"{sum} admitted, {bound} allowed, changes {from} to {to}.");
            }
        }
    }
}
