using System.Collections.Concurrent;
using AdmissionControl.Concurrency;
using AdmissionControl.Queueing;

namespace AdmissionControl.ConcurrencyTests.Queueing;

/// <summary>Waiters of a queue, cancellations and releases, while an owner of a reserve comes and goes on the same gate.</summary>
public sealed class GateSourceRaceTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Limit = 3;
    private const int Rounds = 200;
    private const int StepsPerThread = 100;
    private const long LendAfter = 1_000_000_000;

    private readonly RacingClock _clock = new();

    /// <summary>Claims come, are met and lapse all the time: the owner gets its permit, and whoever had to wait for the sake of a claim is told when it has ended.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryGrant_OwnerClaimsWhileEverythingRaces_NobodyIsForgottenAndTheOwnerIsFirst(bool isNewestFirst)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var gate = new ConcurrencyGate(Limit);
            using var queue = new PermitQueue(new GateSource(gate), 50, isNewestFirst, TimeProvider.System);
            var all = new Bulkheads(gate, _clock);
            Bulkhead owner = all.Add("owner", reserve: 1);
            Bulkhead neighbour = all.Add("neighbour", reserve: 0);
            ConcurrentBag<Task> waits = [];
            Race.Run(output, round, Threads, (thread, random) =>
            {
                for (int step = 0; step < StepsPerThread; step++)
                {
                    if (thread > 0)
                    {
                        waits.Add(TakeAndRelease(random.Next(1, 3), random.Next(4) == 0));
                        continue;
                    }

                    Assert.True(SpinWait.SpinUntil(() => owner.TryAcquire(), TimeSpan.FromMinutes(1)), "The owner starves.");
                    owner.Release();
                    _clock.Advance(LendAfter);
                    if (neighbour.TryAcquire(Limit))
                    {
                        neighbour.Release(Limit);
                    }
                }
            });

            // Nobody lends an idle reserve to a queue: a neighbour must ask, once.
            _clock.Advance(LendAfter);
            if (neighbour.TryAcquire(Limit))
            {
                neighbour.Release(Limit);
            }

            Assert.True(Task.WhenAll(waits).Wait(TimeSpan.FromMinutes(1)), "Somebody was forgotten.");
            Assert.Equal((owner.Held, 0, 0), (gate.InFlight, gate.Waiters, queue.Count));

            async Task TakeAndRelease(int permits, bool isCancelled)
            {
                using var cancellation = new CancellationTokenSource();
                ValueTask<RejectionReason> take = queue.TakeAsync(permits, cancellation.Token);
                if (isCancelled)
                {
                    cancellation.Cancel();
                }

                if (await take == RejectionReason.None)
                {
                    gate.Release(permits);
                }
            }
        }
    }
}
