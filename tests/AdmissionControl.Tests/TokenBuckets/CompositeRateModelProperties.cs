using System.Numerics;
using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.TokenBuckets;

/// <summary>Several rates against one <see cref="BucketModel"/> each.</summary>
public class CompositeRateModelProperties
{
    private const long NanosecondsPerTick = 100;

    private static Arbitrary<(double Rate, int Burst)[]> Limits =>
        (from rate in Gen.Choose(0, 1_000_000).Select(u => 0.01 * Math.Exp(u / 1e6 * Math.Log(1e8)))
         from burst in Gen.OneOf(Gen.Choose(1, 5), Gen.Choose(1, 1000))
         select (rate, burst)).NonEmptyListOf().Select(l => l.Take(4).ToArray()).ToArbitrary();

    private static Arbitrary<int> Seeds => Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Property(MaxTest = 600)]
    public Property AnyStory_PreciseClock_EqualsTheModels() => Prop.ForAll(Limits, Seeds, (limits, seed) => Run(limits, new Random(seed), tick: 0));

    [Property(MaxTest = 600)]
    public Property AnyStory_CoarseClock_EqualsTheModels() => Prop.ForAll(Limits, Seeds, (limits, seed) => Run(limits, new Random(seed), BucketStory.Tick));

    private static void Run((double Rate, int Burst)[] limits, Random random, long tick)
    {
        var clock = new DrivenClock(tick);
        TokenBucket[] buckets = [.. limits.Select(l => new TokenBucket(l.Rate, l.Burst, clock))];
        BucketModel[] models = [.. buckets.Select(b => new BucketModel(b.Line))];
        var rate = new CompositeRate(buckets);
        int smallest = limits.Min(l => l.Burst);
        int fastest = Array.IndexOf(limits, limits.MaxBy(l => l.Rate));
        Stack<int> taken = [];
        TimeSpan retryAfter = TimeSpan.Zero;
        int wanted = 1;
        for (int i = 0; i < 80; i++)
        {
            clock.Lag = tick == 0 ? 0 : random.NextInt64(1 - tick, tick);
            switch (random.Next(10))
            {
                case 0 when taken.TryPop(out int last):
                    rate.Refund(last);
                    Array.ForEach(models, m => m.Refund(last));
                    break;
                case 1 when random.Next(3) == 0:
                    var hold = TimeSpan.FromMicroseconds(random.Next(1, 3_000_000));
                    rate.HoldBack(hold);
                    models[fastest].HoldBack(clock.Now, clock.Now + (hold.Ticks * NanosecondsPerTick));

                    // What was told before holds no longer.
                    retryAfter = TimeSpan.Zero;
                    break;
                case 2 or 3:
                    clock.Now += (long)(random.NextDouble() * 2e9 / limits[random.Next(limits.Length)].Rate);
                    break;
                case 4 when retryAfter > TimeSpan.Zero && retryAfter < TimeSpan.FromDays(30):
                    clock.Advance(retryAfter);
                    Assert.All(models, m => Assert.True(m.Available(clock.Now) >= wanted));
                    retryAfter = Take(clock, rate, models, wanted, taken);
                    Assert.Equal(TimeSpan.Zero, retryAfter);
                    break;
                default:
                    wanted = random.Next(4) == 0 ? random.Next(1, smallest + 2) : 1;
                    retryAfter = Take(clock, rate, models, wanted, taken);
                    if (wanted > smallest)
                    {
                        Assert.Equal(TimeSpan.MaxValue, retryAfter);
                    }

                    break;
            }

            Assert.Equal(models.Select(m => m.Available(clock.Now)), buckets.Select(b => b.AvailablePermits));
            Assert.Equal(models.Min(m => m.Available(clock.Now)), rate.AvailablePermits);
        }
    }

    private static TimeSpan Take(DrivenClock clock, CompositeRate rate, BucketModel[] models, int permits, Stack<int> taken)
    {
        bool[] asksPrecisely = [.. rate.Buckets.Select(b => b.IsNearlyEmpty || clock.CoarseTick == 0)];
        (long Reading, BigInteger Lacks)[] answers = [.. models.Select((m, i) => Ask(clock, m, permits, asksPrecisely[i]))];
        bool isThere = answers.All(a => a.Lacks == 0);
        Assert.Equal(isThere, rate.TryTake(permits, out TimeSpan retryAfter));
        if (isThere)
        {
            Assert.All(models.Zip(answers), x => Assert.True(x.First.TryTake(x.Second.Reading, permits, 0, out _)));
            taken.Push(permits);
            Assert.Equal(TimeSpan.Zero, retryAfter);
        }
        else if (models.All(m => permits <= m.Burst))
        {
            // Where everything that lacks needs less than a tick, so may a bucket that seemed to have enough on a coarse reading.
            BigInteger longest = answers.Max(a => a.Lacks);
            if (longest < clock.CoarseTick)
            {
                longest = models.Select(m => m.Lacking(clock.Now, permits)).Select((l, i) => l > 0 ? models[i].NanosecondsFor(l) : 0).Append(longest).Max();
            }

            double excess = (double)(((BigInteger)retryAfter.Ticks * NanosecondsPerTick) - longest);
            Assert.InRange(excess, 0, (2 * NanosecondsPerTick) + 4 + ((double)longest * 4e-15));
        }

        return retryAfter;
    }

    /// <summary>The reading by which a bucket decides, and how many nanoseconds it then says are lacking: widened by a tick when the reading is coarse.</summary>
    private static (long Reading, BigInteger Lacks) Ask(DrivenClock clock, BucketModel model, int permits, bool asksPrecisely)
    {
        long reading = asksPrecisely ? clock.Now : clock.Now - clock.Lag;
        BigInteger lacking = model.Lacking(reading, permits);
        if (lacking > 0 && !asksPrecisely && lacking <= model.Units(clock.CoarseTick) + 1)
        {
            return Ask(clock, model, permits, asksPrecisely: true);
        }

        return (reading, lacking <= 0 ? 0 : model.NanosecondsFor(lacking) + (asksPrecisely ? 0 : clock.CoarseTick));
    }
}
