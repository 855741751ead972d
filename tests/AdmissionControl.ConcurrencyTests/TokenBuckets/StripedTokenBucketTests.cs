using AdmissionControl.TokenBuckets;

namespace AdmissionControl.ConcurrencyTests.TokenBuckets;

public class StripedTokenBucketTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Burst = 1000;

    // Threads meet in stripes far more often than the two or three of a machine's would on their own processors.
    [ThreadStatic]
    private static int _mine;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 40)]
    public void TryTake_RacingForABurst_EveryPermitIsGivenOnceAndNoneIsLeft(int seed, int most)
    {
        // Nothing flows in, so what is taken and what is left are the burst.
        for (int round = 0; round < 100; round++)
        {
            var bucket = new StripedTokenBucket(TokenBucket.MinPermitsPerSecond, Burst, new RacingClock(), 4, 64, () => _mine);
            long taken = 0;
            Race.Run(output, (seed * 1000) + round, Threads, (thread, random) =>
            {
                for (int i = 0; i < 300; i++)
                {
                    _mine = random.Next(4);
                    int permits = random.Next(1, most + 1);
                    if (bucket.TryTake(permits, out TimeSpan _))
                    {
                        Interlocked.Add(ref taken, permits);
                    }

                    Assert.InRange(bucket.PrepaidPermits, 0, bucket.MaxPrepaidPermits);
                }
            });

            int left = bucket.AvailablePermits;
            Assert.Equal(Burst, taken + left);
            for (; left > 0; left--)
            {
                Assert.True(bucket.TryTake());
            }

            Assert.False(bucket.TryTake());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    public void TryTake_RacingWhilePermitsFlowIn_NoMoreThanAnExactBucketGives(int seed, int most)
    {
        // A million a second: a permit each microsecond.
        var clock = new RacingClock();
        var bucket = new StripedTokenBucket(1e6, Burst, clock, 4, 64, () => _mine);
        long start = clock.Precise;
        long taken = 0;
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                _mine = random.Next(4);
                if (random.Next(4) == 0)
                {
                    clock.Advance(random.Next(random.Next(50) == 0 ? 300_000 : 8000));
                }

                int permits = random.Next(1, most + 1);
                if (bucket.TryTake(permits, out TimeSpan retryAfter))
                {
                    Interlocked.Add(ref taken, permits);
                    if (random.Next(8) == 0)
                    {
                        Interlocked.Add(ref taken, -permits);
                        bucket.Refund(permits);
                    }
                }
                else
                {
                    Assert.True(retryAfter > TimeSpan.Zero);
                }
            }
        });
        Assert.InRange(taken, 1, Burst + ((clock.Precise - start) / 1000));
        Assert.InRange(bucket.PrepaidPermits, 0, bucket.MaxPrepaidPermits);
        int left = bucket.AvailablePermits;
        for (; left > 0; left--)
        {
            Assert.True(bucket.TryTake());
        }

        Assert.False(bucket.TryTake());
    }

    [Fact]
    public void UpdateLimits_Racing_LosesNothingAndGivesNothingTwice()
    {
        // Nothing flows in, and every burst has room in its shared part for all that there ever was.
        for (int round = 0; round < 60; round++)
        {
            var bucket = new StripedTokenBucket(TokenBucket.MinPermitsPerSecond, Burst, new RacingClock(), 4, 64, () => _mine);
            long taken = 0;
            Race.Run(output, 500 + round, Threads, (thread, random) =>
            {
                for (int i = 0; i < 300; i++)
                {
                    _mine = random.Next(4);
                    if (thread == 0)
                    {
                        bucket.UpdateLimits(TokenBucket.MinPermitsPerSecond * random.Next(1, 5), (Burst * 5 / 4) + random.Next(2000));
                    }
                    else if (bucket.TryTake())
                    {
                        Interlocked.Increment(ref taken);
                    }
                }
            });
            Assert.InRange(bucket.PrepaidPermits, 0, bucket.MaxPrepaidPermits);
            Assert.Equal(Burst, taken + bucket.AvailablePermits);
        }
    }
}
