using AdmissionControl.KeyedBuckets;

namespace AdmissionControl.ConcurrencyTests.KeyedBuckets;

public class FirstRequestsTests(ITestOutputHelper output)
{
    /// <summary>
    /// All threads ask for the same new keys at the same moment, thousands of times: a key may find itself in two places for that moment, and what it took too much then is owed afterwards.
    /// With two threads, one request at a time each, it is at most one permit; nothing is forgotten.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TryTake_FirstRequestsOfAKeyTogether_TakeTheBurstAndHardlyMore(int seed)
    {
        const int Keys = 20_000, Threads = 2, Burst = 3;
        var table = new BucketTable(1.0 / 86_400, Burst, 1 << 20, new RacingClock());
        int[] taken = new int[Keys];
        using var together = new Barrier(Threads);
        Race.Run(output, seed, Threads, (_, random) =>
        {
            ulong[] hashes = [.. Enumerable.Range(0, Keys).Select(i => PartitionKey.From(i).Hash)];
            together.SignalAndWait();
            for (int key = 0; key < Keys; key++)
            {
                for (int i = 0; i < Burst; i++)
                {
                    if (table.TryTake(hashes[key], 1, out TimeSpan _))
                    {
                        Interlocked.Increment(ref taken[key]);
                    }
                }

                if (key % 64 == 0)
                {
                    together.SignalAndWait();
                }
            }
        });
        int tooMuch = taken.Count(t => t > Burst);
        output.WriteLine($"{tooMuch} of {Keys} keys took more than their burst");
        Assert.All(taken, t => Assert.InRange(t, Burst, Burst + Threads));
        Assert.InRange(tooMuch, 0, Keys / 100);
        int forgotten = Enumerable.Range(0, Keys).Count(key => table.TryTake(PartitionKey.From(key).Hash, 1, out TimeSpan _));
        Assert.InRange(forgotten, 0, table.LiveEvictions);
    }

    /// <summary>Takes and refunds of a few keys in one crowded set, while strangers come and go: no key is ever poorer than its own takes make it.</summary>
    [Fact]
    public void TryTake_StrangersCrowdTheSet_NoKeyIsRefusedForThem()
    {
        const int Threads = 3;
        var table = new BucketTable(1.0 / 86_400, 1_000_000, 64, new RacingClock());
        long refused = 0;
        Race.Run(output, seed: 5, Threads, (thread, random) =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                ulong hash = PartitionKey.From((thread * 1_000_000) + random.Next(thread == 0 ? 4 : 100_000)).Hash;
                if (table.TryTake(hash, 1, out TimeSpan _))
                {
                    table.Refund(hash, 1);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });
        Assert.Equal(0, refused);
    }
}
