using AdmissionControl.Triage;

namespace AdmissionControl.ConcurrencyTests.Triage;

public class KnownClientsRaceTests(ITestOutputHelper output)
{
    /// <summary>Two threads set bits of one word at the same moment: none is lost.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Add_Racing_BothAreKnown(int seed)
    {
        const int Threads = 2, Rounds = 20_000, Keys = 4;
        KnownClients known = new(now: 0);
        int lost = 0;
        int arrived = 0;
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                // A turn that clears both filters; the other thread is over with the last round.
                if (thread == 0)
                {
                    known.Add(OneWord(0, 0), round * 2 * KnownClients.Period);
                }

                Meet(ref arrived, Threads * ((2 * round) - 1));
                Thread.SpinWait(random.Next(20));
                for (int key = 1; key <= Keys; key++)
                {
                    known.Add(OneWord(thread, key), now: 0);
                }

                Meet(ref arrived, Threads * 2 * round);
                lost += thread == 0 && !Enumerable.Range(0, Threads * Keys).All(i => known.Contains(OneWord(i % Threads, 1 + (i / Threads)))) ? 1 : 0;
            }
        });
        Assert.Equal(0, lost);
    }

    /// <summary>Spins, because a barrier would let them go on one after the other; on one core it gives way.</summary>
    private static void Meet(ref int arrived, int all)
    {
        Interlocked.Increment(ref arrived);
        var spinner = default(SpinWait);
        while (Volatile.Read(ref arrived) < all)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Keys whose bits lie in the first word, three each, and no bit in two keys.</summary>
    private static ulong OneWord(int thread, int key)
    {
        int bit = ((thread * 5) + key) * 3;
        return ((ulong)bit << 34) | ((ulong)(bit + 1) << 40) | ((ulong)(bit + 2) << 46);
    }
}
