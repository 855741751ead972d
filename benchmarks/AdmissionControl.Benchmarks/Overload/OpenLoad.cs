namespace AdmissionControl.Benchmarks.Overload;

/// <summary>
/// Sends the arrivals of a plan whether or not those before have been answered, as long as not too many are out. One thread sends;
/// answers arrive on the thread pool.
/// </summary>
/// <param name="ask">Sends one request; does not throw.</param>
/// <param name="plan">The plan that the arrivals are of.</param>
/// <param name="clock">The clock.</param>
internal sealed class OpenLoad(Func<CancellationToken, Task<Answer>> ask, StepPlan plan, TimeProvider clock)
{
    private const int MostOut = 1_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MostWaitForLast = TimeSpan.FromSeconds(10);

    private readonly Ledger[] _settling = [.. plan.Steps.Select(_ => new Ledger())];
    private readonly Ledger[] _measured = [.. plan.Steps.Select(_ => new Ledger())];
    private int _out;

    /// <summary>The first part of each step.</summary>
    public IReadOnlyList<Ledger> Settling => _settling;

    /// <summary>The rest of each step.</summary>
    public IReadOnlyList<Ledger> Measured => _measured;

    /// <summary>The timestamp of the clock at which the plan began.</summary>
    public long Start { get; private set; }

    /// <summary>Sends them all and waits for the last answer, though not for ever. Blocks the calling thread. Once.</summary>
    /// <param name="arrivals">In the order of their times.</param>
    public void Run(IEnumerable<Arrival> arrivals)
    {
        using var never = new ManualResetEvent(false);
        using var giveUp = new CancellationTokenSource(plan.Duration + MostWaitForLast, clock);
        Start = clock.GetTimestamp();
        foreach (Arrival arrival in arrivals)
        {
            while (Now < arrival.At)
            {
                never.WaitOne(Tick);
            }

            Send(arrival, giveUp.Token);
        }

        while (Volatile.Read(ref _out) > 0)
        {
            never.WaitOne(Tick);
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(Start);

    private void Send(Arrival arrival, CancellationToken giveUp)
    {
        Ledger ledger = (arrival.IsMeasured ? _measured : _settling)[arrival.Step];
        bool isSent = Interlocked.Increment(ref _out) <= MostOut;
        ledger.Due(Now - arrival.At, isSent);
        if (isSent)
        {
            _ = AskAsync(arrival, ledger, giveUp);
        }
        else
        {
            Interlocked.Decrement(ref _out);
        }
    }

    private async Task AskAsync(Arrival arrival, Ledger ledger, CancellationToken giveUp)
    {
        Answer answer = await ask(giveUp).ConfigureAwait(false);
        ledger.Ended(answer, Now - arrival.At);
        Interlocked.Decrement(ref _out);
    }
}
