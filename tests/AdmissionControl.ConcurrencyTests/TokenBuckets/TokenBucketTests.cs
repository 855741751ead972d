using AdmissionControl.TokenBuckets;

namespace AdmissionControl.ConcurrencyTests.TokenBuckets;

public class TokenBucketTests(ITestOutputHelper output)
{
    private const int Threads = 4;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    public void TryTake_Racing_GivesExactlyWhatFlowedIn(int seed, int most)
    {
        // A million a second: a permit each microsecond. The clock stands still at the end, and what is left is taken.
        var clock = new RacingClock();
        var bucket = new TokenBucket(1e6, 100, clock);
        long start = clock.Precise;
        long taken = 0;
        Race.Run(output, seed, Threads, (_, random) =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                if (random.Next(4) == 0)
                {
                    clock.Advance(random.Next(2000));
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
                    // No upper bound: it counts from this thread's reading, and others may have moved on far since.
                    Assert.True(retryAfter > TimeSpan.Zero);
                }
            }
        });
        Assert.InRange(taken, 1, 100 + ((clock.Precise - start) / 1000));
        int left = bucket.AvailablePermits;
        Assert.InRange(left, 0, 100);
        Assert.True(left == 0 || bucket.TryTake(left, out _));
        Assert.False(bucket.TryTake());
    }

    [Fact]
    public void UpdateLimits_Racing_GivesNoMoreThanTheLargestOfBoth()
    {
        // Nothing flows in: rates of one a day. Every update keeps what is there, so in all at most the first burst is taken.
        var clock = new RacingClock();
        var bucket = new TokenBucket(TokenBucket.MinPermitsPerSecond, 1000, clock);
        long taken = 0;
        Race.Run(output, seed: 5, Threads, (thread, random) =>
        {
            for (int i = 0; i < 60_000; i++)
            {
                if (thread == 0)
                {
                    bucket.UpdateLimits(TokenBucket.MinPermitsPerSecond * random.Next(1, 5), 1000 + random.Next(1000));
                }
                else if (i % 20 == 0 && bucket.TryTake())
                {
                    Interlocked.Increment(ref taken);
                }

                // Never the state of a line that is being replaced: years, or nothing at all.
                Assert.InRange(bucket.TimeUntil(1, 1, 0), TimeSpan.Zero, TimeSpan.FromDays(2));
            }
        });
        Assert.InRange(taken, 1, 1000);
        Assert.Equal(1000 - taken, bucket.AvailablePermits);
    }

    [Fact]
    public void HoldBack_Racing_IsNeverLost()
    {
        for (int round = 0; round < 20; round++)
        {
            var clock = new RacingClock();
            var bucket = new TokenBucket(1e6, 10, clock);
            Race.Run(output, seed: 100 + round, Threads, (thread, random) =>
            {
                for (int i = 0; i < 500; i++)
                {
                    if (thread == 0 && i == 250)
                    {
                        bucket.HoldBack(TimeSpan.FromSeconds(10));
                        Assert.False(bucket.TryTake());
                    }
                    else if (thread == 1 && i % 50 == 0)
                    {
                        bucket.UpdateLimits(1e6 + i, 10 + random.Next(5));
                    }
                    else
                    {
                        bucket.TryTake();
                        clock.Advance(100);
                    }
                }
            });
            Assert.InRange(bucket.TimeUntil(1, 1, 0), TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(10.1));
        }
    }
}
