namespace AdmissionControl.Benchmarks.Overload;

/// <summary>Clients that ask again as soon as they have an answer.</summary>
internal static class ClosedLoad
{
    /// <summary>The latencies of the answers that came within the time, in milliseconds.</summary>
    /// <exception cref="InvalidOperationException">A request failed: there is nothing to compare with then.</exception>
    public static async Task<IReadOnlyList<double>> RunAsync(Door door, int clients, TimeSpan length, TimeProvider clock)
    {
        long start = clock.GetTimestamp();
        List<double>[] latencies = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => AskAsync()));
        return [.. latencies.SelectMany(each => each)];

        async Task<List<double>> AskAsync()
        {
            List<double> each = [];
            while (true)
            {
                TimeSpan begun = clock.GetElapsedTime(start);
                Answer answer = await door.AskAsync(CancellationToken.None);
                TimeSpan ended = clock.GetElapsedTime(start);
                if (answer != Answer.Served)
                {
                    throw new InvalidOperationException($"The unguarded server did not serve a request: {answer}.");
                }

                if (ended > length)
                {
                    return each;
                }

                each.Add((ended - begun).TotalMilliseconds);
            }
        }
    }
}
