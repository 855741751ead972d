using AdmissionControl.Timing;
using AdmissionControl.Triage;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Triage;

public class ProbeGuardTests
{
    private static readonly PartitionKey Balancer = PartitionKey.FromHash(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ProbeGuard _guard;

    public ProbeGuardTests() => _guard = new ProbeGuard(AdmissionClock.For(_time));

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void TryEnter_OthersFlood_ASourceThatAsksForLittleAlwaysPasses(int floods)
    {
        (int passed, int asked, int others) = Run(seconds: 5, Stranger, floods, each: 1000);

        Assert.Equal(asked, passed);
        Assert.InRange(others, 5 * ProbeGuard.MostLeft, (6 * ProbeGuard.PerSecond) - passed);
    }

    /// <summary>Also when a second has just begun, and what the flood asked for in the last is halved.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void TryEnter_OthersFlood_LeaveHalfOfTheTokensAtAnyMoment(int floods)
    {
        for (int milliseconds = 3000; milliseconds < 4200; milliseconds += 20)
        {
            var guard = new ProbeGuard(AdmissionClock.For(_time));
            for (int i = 0; i <= milliseconds; i++)
            {
                for (int flood = 1; flood <= floods; flood++)
                {
                    Passes(guard, Stranger(flood));
                }

                _time.Advance(TimeSpan.FromMilliseconds(1));
            }

            int others = Enumerable.Range(floods + 1, ProbeGuard.MostLeft).Count(other => Passes(guard, Stranger(other)));
            Assert.Equal(ProbeGuard.MostLeft, others);
        }
    }

    [Fact]
    public void TryEnter_OthersOfTheSameCellFlood_NobodyCanTellThemApart()
    {
        (int passed, int asked, _) = Run(seconds: 20, number => PartitionKey.FromHash(1 + (ulong)(number * ProbeGuard.CellCount)), floods: 1, each: 1000);

        Assert.InRange(passed, 0, asked / 2);
    }

    [Fact]
    public void TryEnter_OneSourceAlone_GetsAllOfTheRate()
    {
        int passed = 0;
        for (int millisecond = 0; millisecond < 20_000; millisecond++)
        {
            passed += Probe(Balancer) ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(passed, 20 * ProbeGuard.PerSecond, 21 * ProbeGuard.PerSecond);
    }

    [Fact]
    public void TryEnter_WithoutPartition_TakesAllAtOnce()
    {
        for (int i = 0; i < ProbeGuard.MaxInFlight; i++)
        {
            Assert.True(_guard.TryEnter(default));
        }

        Assert.False(_guard.TryEnter(default));
        _guard.Exit(default);
        Assert.True(_guard.TryEnter(default));
    }

    [Fact]
    public void TryEnter_SlowProbesOfThreeSources_LeaveAPlaceToAFourth()
    {
        Assert.Equal([4, 2, 1, 1], [Fill(Stranger(1)), Fill(Stranger(2)), Fill(Stranger(3)), Fill(Balancer)]);
        Assert.False(_guard.TryEnter(Stranger(5)));

        _guard.Exit(Balancer);
        Assert.True(_guard.TryEnter(Balancer));
    }

    [Fact]
    public void TryEnter_ClientsOfOneNetwork_AreOneSource()
    {
        PartitionKey network = PartitionKey.FromHash(7);

        Assert.Equal(4, Fill(PartitionKey.FromHash(1).Within(network)));

        Assert.False(_guard.TryEnter(PartitionKey.FromHash(2).Within(network)));
        Assert.True(_guard.TryEnter(PartitionKey.FromHash(2)));
        _guard.Exit(PartitionKey.FromHash(1).Within(network));
        Assert.True(_guard.TryEnter(PartitionKey.FromHash(3)));
    }

    [Fact]
    public void TryEnter_AfterAFlood_ItsSourceIsAsOthersWithinSeconds()
    {
        Run(seconds: 2, Stranger, floods: 1, each: 1000);
        _time.Advance(TimeSpan.FromSeconds(7));

        int passed = Enumerable.Range(0, ProbeGuard.PerSecond).Count(_ => Probe(Stranger(1)));

        // A burst from rest: each that passes leaves half of what was asked for before it.
        Assert.InRange(passed, 30, 40);
    }

    [Fact]
    public void TryEnter_ManyThreads_CountsWellAndEndsAtNothing()
    {
        int inFlight = 0;
        Parallel.For(0, 10_000, i =>
        {
            PartitionKey source = PartitionKey.FromHash((ulong)(i % 5));
            if (_guard.TryEnter(source))
            {
                Assert.InRange(Interlocked.Increment(ref inFlight), 1, ProbeGuard.MaxInFlight);
                Interlocked.Decrement(ref inFlight);
                _guard.Exit(source);
            }
        });
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal([4, 2, 1, 1], [Fill(Stranger(1)), Fill(Stranger(2)), Fill(Stranger(3)), Fill(Balancer)]);
    }

    [Fact]
    public void TryEnter_PassingOrNot_AllocatesNothing()
    {
        Run(seconds: 1, Stranger, floods: 1, each: 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            Probe(Stranger(i));
        }

        // Less than the smallest object for each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    /// <summary>Neither two of the first hundred nor one of them and the balancer share a cell.</summary>
    private static PartitionKey Stranger(int number) => PartitionKey.FromHash(1 + (ulong)number);

    private bool Probe(PartitionKey source) => Passes(_guard, source);

    private static bool Passes(ProbeGuard guard, PartitionKey source)
    {
        bool passes = guard.TryEnter(source);
        if (passes)
        {
            guard.Exit(source);
        }

        return passes;
    }

    /// <summary>How many a source gets at the same time.</summary>
    private int Fill(PartitionKey source)
    {
        int count = 0;
        while (_guard.TryEnter(source))
        {
            count++;
        }

        return count;
    }

    /// <summary>A balancer asks 20 times a second while others ask for much more.</summary>
    private (int Passed, int Asked, int Others) Run(int seconds, Func<int, PartitionKey> stranger, int floods, int each)
    {
        (int passed, int asked, int others) = (0, 0, 0);
        for (int millisecond = 0; millisecond < seconds * 1000; millisecond++)
        {
            for (int flood = 1; flood <= floods; flood++)
            {
                for (int i = 0; i < each / 1000; i++)
                {
                    others += Probe(stranger(flood)) ? 1 : 0;
                }
            }

            if (millisecond % 50 == 49)
            {
                asked++;
                passed += Probe(Balancer) ? 1 : 0;
            }

            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return (passed, asked, others);
    }
}
