using System.Collections.Concurrent;
using Storefront.Measuring;
using Storefront.Wire;

namespace Storefront.Crowd;

/// <summary>
/// Sends customers by the schedule, whatever the shop answers. One thread sends; answers arrive on the thread pool. A visit belongs
/// to the phase of its intended send time. Further tries that would fall after the last phase are not made.
/// </summary>
internal sealed class OpenLoop(ShopDoor shop, Ledger interval, int seed, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly AutoResetEvent _never = new(false);
    private readonly ConcurrentQueue<Arrival> _comingBack = new();
    private readonly PriorityQueue<Arrival, TimeSpan> _retries = new();
    private readonly long _origin = clock.GetTimestamp();

    /// <summary>Plays the phases back to back and waits for the last answer. Blocks: for a thread of its own.</summary>
    public IReadOnlyList<PhaseFigures> Play(IReadOnlyList<Phase> phases, Action<Phase> onStart)
    {
        List<(Phase Phase, Ledger Ledger, (long, TimeSpan) Stalls)> played = [];
        TimeSpan start = Now();
        foreach (Phase phase in phases)
        {
            Ledger ledger = new();
            StallWatch stalls = new();
            onStart(phase);
            TimeSpan end = start + TimeSpan.FromSeconds(phase.Seconds);
            PlayPhase(new ArrivalSchedule(seed + played.Count, phase.PerSecond, start), end, ledger, stalls);
            played.Add((phase, ledger, stalls.Take()));
            start = end;
        }

        while (played.Any(p => p.Ledger.Open > 0))
        {
            _never.WaitOne(Tick);
        }

        return [.. played.Select(p => p.Ledger.Figures(p.Phase, p.Stalls))];
    }

    public void Dispose() => _never.Dispose();

    private void PlayPhase(ArrivalSchedule schedule, TimeSpan end, Ledger ledger, StallWatch stalls)
    {
        Arrival next = schedule.Next();
        for (TimeSpan now = Now(); now < end || next.At < end; now = Now())
        {
            stalls.Observe(now);
            while (_comingBack.TryDequeue(out Arrival retry))
            {
                _retries.Enqueue(retry, retry.At);
            }

            while (next.At <= now && next.At < end)
            {
                Send(next, ledger);
                next = schedule.Next();
            }

            while (_retries.TryPeek(out Arrival retry, out TimeSpan at) && at <= now && at < end)
            {
                _retries.Dequeue();
                Send(retry, ledger);
            }

            _never.WaitOne(Tick);
        }
    }

    private void Send(Arrival arrival, Ledger ledger)
    {
        TimeSpan lateness = Now() - arrival.At;
        ledger.Offer(arrival.Class, arrival.IsRetry, lateness);
        interval.Offer(arrival.Class, arrival.IsRetry, lateness);
        _ = VisitAsync(arrival, lateness, ledger);
    }

    private async Task VisitAsync(Arrival arrival, TimeSpan lateness, Ledger ledger)
    {
        Answer answer = Answer.GaveUp;
        if (lateness < Mix.Patience)
        {
            using CancellationTokenSource patience = new(Mix.Patience - lateness, clock);
            answer = await shop.AskAsync(arrival.Class, patience.Token).ConfigureAwait(false);
        }

        TimeSpan now = Now();
        ledger.Answer(arrival.Class, answer, now - arrival.At);
        interval.Answer(arrival.Class, answer, now - arrival.At);
        if (answer != Answer.Served && arrival.RetriesLeft > 0)
        {
            _comingBack.Enqueue(arrival.Again(now));
        }
    }

    private TimeSpan Now() => clock.GetElapsedTime(_origin);
}
