using AdmissionControl.Concurrency;

namespace AdmissionControl.ConcurrencyTests.Concurrency;

public class LatencyTallyTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 200_000;
    private const int Permits = 3;
    private const long Ticks = 1000;

    private LatencyTally _tally = new();

    /// <summary>One thread takes while the others add: the parts sum up to the whole, and the mean of each is exact.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Take_WhileOthersAdd_LosesNothing(int seed)
    {
        List<LatencySum> taken = [];
        Race.Run(output, seed, Threads, (thread, _) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                // Who is told that it is full takes it, as the regulator does: the taker may not have had a turn for that long.
                bool isTaker = thread > 0 ? _tally.Add(Ticks, Permits) : i % 8 == 0;
                if (isTaker)
                {
                    lock (taken)
                    {
                        taken.Add(_tally.Take());
                    }
                }
            }
        });
        taken.Add(_tally.Take());
        const long All = (Threads - 1) * Rounds;
        Assert.All(taken, t => Assert.Equal(t.Count * Ticks, t.Ticks));
        Assert.Equal(All, taken.Sum(t => (long)t.Count));
        Assert.Equal(All * Ticks * Permits, taken.Sum(t => t.PermitTicks));
        Assert.All(taken, t => Assert.True(t.LeastTicks is Ticks or LatencyTally.LongestTicks));
    }
}
