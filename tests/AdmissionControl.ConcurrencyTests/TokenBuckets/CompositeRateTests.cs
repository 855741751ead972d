using AdmissionControl.TokenBuckets;

namespace AdmissionControl.ConcurrencyTests.TokenBuckets;

public class CompositeRateTests(ITestOutputHelper output)
{
    private const int Threads = 4;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    public void TryTake_Racing_EachBucketGivesExactlyWhatWasAdmitted(int seed, int most)
    {
        // Little in each bucket, so that takers often find the second or third one emptied after their look.
        for (int round = 0; round < 200; round++)
        {
            var clock = new RacingClock();
            TokenBucket[] buckets = [new(1e6, 60, clock), new(1e6, 50, clock), new(1e6, 40, clock)];
            var rate = new CompositeRate(buckets);
            long taken = 0;
            Race.Run(output, (seed * 1000) + round, Threads, (_, random) =>
            {
                for (int i = 0; i < 60; i++)
                {
                    int permits = random.Next(1, most + 1);
                    if (rate.TryTake(permits, out TimeSpan retryAfter))
                    {
                        Interlocked.Add(ref taken, permits);
                        if (random.Next(3) == 0)
                        {
                            rate.Refund(permits);
                            Interlocked.Add(ref taken, -permits);
                        }
                    }
                    else
                    {
                        Assert.InRange(retryAfter, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(1));
                    }
                }
            });

            // The clock stood still.
            Assert.InRange(taken, 1, 40);
            Assert.Equal([60 - taken, 50 - taken, 40 - taken], buckets.Select(b => (long)b.AvailablePermits));
        }
    }
}
