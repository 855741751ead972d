using AdmissionControl.Contention;

namespace AdmissionControl.ConcurrencyTests.Contention;

public class ThreadCountersTests(ITestOutputHelper output)
{
    /// <summary>Nothing is lost while threads come, count, end and are taken over, and a reader never sees a sum fall.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sum_WhileThreadsComeAndGo_IsExactAtTheEndAndNeverFalls(int seed)
    {
        var counters = new ThreadCounters(1);
        const int Racers = 4, Generations = 50;
        long expected = 0;
        Race.Run(output, seed, Racers, (thread, random) =>
        {
            long before = 0;
            for (int i = 0; i < Generations; i++)
            {
                int counts = random.Next(2_000);
                Interlocked.Add(ref expected, counts);
                var child = new Thread(() =>
                {
                    for (int j = 0; j < counts; j++)
                    {
                        counters.Increment(PerThread.Current, 0);
                    }
                });
                child.Start();
                long sum = counters.Sum(0);
                Assert.True(sum >= before);
                before = sum;
                child.Join();
            }
        });
        Assert.Equal(expected, counters.Sum(0));
    }
}
