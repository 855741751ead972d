using AdmissionControl.Triage;

namespace AdmissionControl.ConcurrencyTests.Triage;

public class KnownClientsRaceTests(ITestOutputHelper output)
{
    /// <summary>Bits of many keys go into the same words: none is lost.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Add_Racing_AllAreKnown(int seed)
    {
        const int Threads = 4, Keys = 500;
        for (int round = 0; round < 20; round++)
        {
            var known = new KnownClients(now: 0);
            Race.Run(output, (seed * 100) + round, Threads, (thread, _) =>
            {
                for (int i = 0; i < Keys; i++)
                {
                    known.Add(Hash(thread, i), now: 1);
                    Assert.True(known.Contains(Hash(thread, i)));
                }
            });
            for (int thread = 0; thread < Threads; thread++)
            {
                Assert.All(Enumerable.Range(0, Keys), i => Assert.True(known.Contains(Hash(thread, i))));
            }
        }
    }

    /// <summary>Only the places of four words, so that the threads meet; the other bits are mixed by a multiplication.</summary>
    private static ulong Hash(int thread, int i) => ((ulong)((thread * 1000) + i + 1) * 0x9E37_79B9_7F4A_7C15UL) & ~(0xFFUL << 26);
}
