using AdmissionControl.Concurrency;

namespace AdmissionControl.ConcurrencyTests.Concurrency;

public class BulkheadsTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 60_000;
    private const long LendAfter = 1_000_000_000;

    private readonly RacingClock _clock = new();

    /// <summary>
    /// Everybody asks for all kinds of shares while reserves are lent, claimed and filled: no bound is passed and nothing is lost.
    /// </summary>
    [Theory]
    [InlineData(1, 5, 5)]
    [InlineData(2, 7, 7)]
    [InlineData(3, 9, 9)]
    [InlineData(4, 1, 9)]
    [InlineData(5, 2, 6)]
    public void TryAcquire_AnyMix_NeverAboveAnyLimitAndNothingLost(int seed, int lowest, int highest)
    {
        var all = new Bulkheads(new ConcurrencyGate(highest), _clock);
        Bulkhead[] bulkheads = [all.Add("a", 2), all.Add("b", 3, limit: 4), all.Add("c", 0, limit: 6)];
        int[] held = new int[bulkheads.Length];
        long[] admitted = new long[bulkheads.Length];
        int sum = 0;
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int i = 0; i < Rounds / 3; i++)
            {
                if (thread == 0 && i % 8 == 0)
                {
                    _clock.Advance(LendAfter / 4);
                    all.Gate.Limit = random.Next(lowest, highest + 1);
                }

                int which = random.Next(bulkheads.Length);
                int permits = random.Next(1, 3);
                Bulkhead bulkhead = bulkheads[which];
                if (bulkhead.TryAcquire(permits))
                {
                    // Counted after the gate and given back before it: never more than the gate holds.
                    Assert.InRange(Interlocked.Add(ref held[which], permits), 1, bulkhead.Limit);
                    Assert.InRange(Interlocked.Add(ref sum, permits), 1, highest);
                    Interlocked.Increment(ref admitted[which]);
                    if (random.Next(4) == 0)
                    {
                        Thread.Yield();
                    }

                    Interlocked.Add(ref sum, -permits);
                    Interlocked.Add(ref held[which], -permits);
                    bulkhead.Release(permits);
                }
            }
        });
        output.WriteLine($"admitted {string.Join(' ', admitted)}");
        Assert.True(admitted.Sum() > 0);
        AssertNothingLost(all, highest);
    }

    /// <summary>The promise itself: while a bulkhead is in use, nobody's race makes it wait for its reserve.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void TryAcquire_WithinTheReserveWhileNeighboursFlood_IsNeverRefused(int seed)
    {
        const int Limit = 6;
        var all = new Bulkheads(new ConcurrencyGate(Limit), _clock);
        Bulkhead owner = all.Add("owner", reserve: 2, lendAfter: Timeout.InfiniteTimeSpan);
        Bulkhead lender = all.Add("lender", reserve: 2);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        long borrowed = 0;
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (thread < 2)
                {
                    Assert.True(owner.TryAcquire(), "The owner of a reserve was refused.");
                    owner.Release();
                    continue;
                }

                Bulkhead bulkhead = random.Next(3) == 0 ? lender : neighbour;
                _clock.Advance(LendAfter / 8);
                int permits = random.Next(1, 4);
                if (bulkhead.TryAcquire(permits))
                {
                    Interlocked.Increment(ref borrowed);
                    bulkhead.Release(permits);
                }
            }
        });
        Assert.True(borrowed > 0);
        Assert.Equal((2, 0, 0), (owner.Held, owner.InFlight, all.InFlight));
    }

    /// <summary>
    /// An owner was refused; then all that was borrowed comes back at once, and everybody rushes for it: the claim is filled before any
    /// borrower is admitted.
    /// </summary>
    [Theory]
    [InlineData(21, 1)]
    [InlineData(22, 2)]
    public void Release_WhileAnOwnerClaims_NoBorrowerIsAdmittedBeforeIt(int seed, int reserve)
    {
        const int Each = 2;
        const int Limit = Each * Threads;
        var all = new Bulkheads(new ConcurrencyGate(Limit), _clock);
        Bulkhead owner = all.Add("owner", reserve);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        using var step = new Barrier(Threads);
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int i = 0; i < 3_000; i++)
            {
                Assert.True(neighbour.TryAcquire(Each));
                Step();
                if (thread == 0)
                {
                    Assert.False(owner.TryAcquire());
                }

                Step();
                int held = Each;
                for (int j = 0; j < 20; j++)
                {
                    if (held > 0 && random.Next(2) == 0)
                    {
                        neighbour.Release();
                        held--;
                    }
                    else if (neighbour.TryAcquire())
                    {
                        held++;
                        Assert.Equal(reserve, owner.Held);
                    }
                }

                if (held > 0)
                {
                    neighbour.Release(held);
                }

                Step();
                if (thread == 0)
                {
                    Assert.True(owner.TryAcquire(reserve));
                    owner.Release(reserve);
                    _clock.Advance(LendAfter);
                    Assert.True(neighbour.TryAcquire(Limit));
                    neighbour.Release(Limit);
                }

                Step();
            }
        });
        AssertNothingLost(all, Limit);

        void Step() => Assert.True(step.SignalAndWait(TimeSpan.FromSeconds(30)), "A racer has failed.");
    }

    /// <summary>Requests of one bulkhead that borrow at the same moment may hold more than its limit together, and must not use it.</summary>
    [Fact]
    public void TryAcquire_SeveralOfOneBulkheadAtItsLimit_NeverAboveIt()
    {
        var all = new Bulkheads(new ConcurrencyGate(8), _clock);
        Bulkhead bounded = all.Add("bounded", reserve: 0, limit: 1);
        var meeting = new Meeting();
        int taken = 0;
        Race.Run(output, seed: 31, threads: 2, (_, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                meeting.Meet();
                Thread.SpinWait(random.Next(4));
                int mine = 0;
                for (int j = 0; j < 3; j++)
                {
                    mine += bounded.TryAcquire() ? 1 : 0;
                }

                Interlocked.Add(ref taken, mine);
                meeting.Meet();
                Assert.Equal(1, Volatile.Read(ref taken));
                meeting.Meet();
                if (mine > 0)
                {
                    bounded.Release(mine);
                    Volatile.Write(ref taken, 0);
                }
            }
        });
        AssertNothingLost(all, 8);
    }

    /// <summary>A permit returns at the moment at which its owner finds none and claims it: one of the two must see the other.</summary>
    [Fact]
    public void Release_WhileTheOwnerIsAboutToClaim_IsNotMissed()
    {
        var all = new Bulkheads(new ConcurrencyGate(1), _clock);
        Bulkhead owner = all.Add("owner", reserve: 1);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        var meeting = new Meeting();
        Race.Run(output, seed: 32, threads: 2, (thread, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (thread == 0)
                {
                    Assert.True(neighbour.TryAcquire());
                }

                meeting.Meet();
                Thread.SpinWait(random.Next(20));
                if (thread == 0)
                {
                    neighbour.Release();
                }

                bool isServed = thread == 1 && owner.TryAcquire();
                meeting.Meet();
                if (thread == 1)
                {
                    Assert.True(isServed || owner.TryAcquire(), "A permit is free, and its owner was refused.");
                    owner.Release();
                    _clock.Advance(LendAfter);
                }

                meeting.Meet();
            }
        });
        AssertNothingLost(all, 1);
    }

    /// <summary>Everything was given back: when the reserves are idle, one bulkhead gets all there is.</summary>
    private void AssertNothingLost(Bulkheads all, int limit)
    {
        all.Gate.Limit = limit;
        _clock.Advance(LendAfter);
        Assert.Equal(0, all.InFlight);
        Assert.Equal(all.All.Sum(b => b.Held), all.Gate.InFlight);
        Bulkhead last = all.Add("last", reserve: 0);
        Assert.True(last.TryAcquire(limit));
        Assert.Equal((limit, 0), (all.Gate.InFlight, all.Gate.Waiters));
    }

    /// <summary>Where two threads wait for each other. They spin, because a barrier lets them go too far apart.</summary>
    private sealed class Meeting
    {
        private int _arrived;

        public void Meet()
        {
            int both = (Interlocked.Increment(ref _arrived) + 1) & ~1;
            for (int i = 0; i < 2_000 && Volatile.Read(ref _arrived) < both; i++)
            {
                Thread.SpinWait(1);
            }

            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _arrived) >= both, TimeSpan.FromSeconds(30)), "A racer has failed.");
        }
    }
}
