using AdmissionControl.KeyedBuckets;

namespace AdmissionControl.ConcurrencyTests.KeyedBuckets;

public class BucketTableTests(ITestOutputHelper output)
{
    [Fact]
    public void TryTake_Racing_EachPartitionGetsItsBurst()
    {
        const int Burst = 100_000;
        const int Keys = 2;
        var buckets = new BucketTable(1.0 / 86_400, Burst, 1 << 20, new RacingClock());
        ulong[] keys = [.. Enumerable.Range(0, Keys).Select(i => PartitionKey.From(i).Hash)];

        // Known before the race: two first requests of one partition may take two places, in its favour.
        Assert.All(keys, k => Assert.True(buckets.TryTake(k, 1, out _)));
        long[] taken = new long[Keys];
        Race.Run(output, seed: 1, threads: 4, (_, random) =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                int key = random.Next(Keys);
                if (buckets.TryTake(keys[key], 1, out TimeSpan _))
                {
                    Interlocked.Increment(ref taken[key]);
                    if (random.Next(3) == 0)
                    {
                        Interlocked.Decrement(ref taken[key]);
                        buckets.Refund(keys[key], 1);
                    }
                }
            }
        });
        for (int key = 0; key < Keys; key++)
        {
            while (buckets.TryTake(keys[key], 1, out TimeSpan _))
            {
                taken[key]++;
            }
        }

        Assert.All(taken, t => Assert.Equal(Burst - 1, t));
    }
}
