namespace AdmissionControl.ConcurrencyTests;

/// <summary>Threads that start at the same moment, each with a random sequence of its own from a printed seed.</summary>
internal static class Race
{
    public static void Run(ITestOutputHelper output, int seed, int threads, Action<int, Random> body)
    {
        output.WriteLine($"seed {seed}, {threads} threads");
        using var start = new Barrier(threads);
        Exception? failure = null;
        Thread[] racers = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            var random = new Random(unchecked((seed * 31) + i));
            start.SignalAndWait();
            try
            {
                body(i, random);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        })
        { IsBackground = true })];
        Array.ForEach(racers, r => r.Start());

        // Bounded, so that a broken type fails and does not hang.
        Assert.All(racers, r => Assert.True(r.Join(TimeSpan.FromMinutes(1)) || failure is not null, "A racer hangs."));
        if (failure is not null)
        {
            throw new InvalidOperationException("A racer failed.", failure);
        }
    }
}
