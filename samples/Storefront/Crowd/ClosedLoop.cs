using Storefront.Wire;

namespace Storefront.Crowd;

/// <summary>Finds the shop's capacity: workers ask one request after the other without a pause, over the mix without checkout.</summary>
internal sealed class ClosedLoop(ShopDoor shop, Ledger interval, int seed, TimeProvider clock)
{
    /// <summary>A refused worker waits this long, or it would measure how fast the shop refuses.</summary>
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(20);

    /// <summary>Not counted: connections open and code is compiled meanwhile.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public async Task<CapacityMeasured> MeasureAsync(MeasureCapacity command)
    {
        await StepAsync(command.Workers[0], WarmUp);
        List<CapacityStep> steps = [];
        foreach (int workers in command.Workers)
        {
            steps.Add(await StepAsync(workers, TimeSpan.FromSeconds(command.SecondsEach)));
        }

        return new CapacityMeasured(steps.Max(step => step.PerSecond), steps);
    }

    private async Task<CapacityStep> StepAsync(int workers, TimeSpan length)
    {
        long start = clock.GetTimestamp();
        long[] served = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => WorkAsync(worker, start, length)));
        return new CapacityStep(workers, Math.Round(served.Sum() / length.TotalSeconds, 1));
    }

    private async Task<long> WorkAsync(int worker, long start, TimeSpan length)
    {
        Random random = new(seed + worker);
        long served = 0;
        while (true)
        {
            TimeSpan begun = clock.GetElapsedTime(start);
            if (begun >= length)
            {
                return served;
            }

            RequestClass wish = Mix.PickWithoutCheckout(random.NextDouble());
            interval.Offer(wish, isRetry: false, TimeSpan.Zero);
            using CancellationTokenSource patience = new(Mix.Patience, clock);
            Answer answer = await shop.AskAsync(wish, patience.Token);
            TimeSpan ended = clock.GetElapsedTime(start);
            interval.Answer(wish, answer, ended - begun);
            served += answer == Answer.Served && ended <= length ? 1 : 0;
            if (answer != Answer.Served)
            {
                await Task.Delay(PauseAfterRefusal, clock, CancellationToken.None);
            }
        }
    }
}
