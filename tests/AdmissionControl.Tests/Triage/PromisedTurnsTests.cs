using AdmissionControl.Triage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Triage;

public class PromisedTurnsTests
{
    private const uint All = 0b11111;

    // Promises in hundredths, together at most 100; costs of the requests of each priority; which of them wait.
    private static Arbitrary<(double[] Shares, int[] Costs, uint Waiting)> Cases =>
        (from cuts in Gen.Choose(0, 100).ListOf(5)
         from costs in Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(1, 20))).ListOf(5)
         from waiting in Gen.Choose(1, 31)
         let sorted = cuts.Order().ToArray()
         select (sorted.Select((c, i) => (c - (i == 0 ? 0 : sorted[i - 1])) / 100.0).ToArray(), costs.ToArray(), (uint)waiting)).ToArbitrary();

    [Fact]
    public void Next_NoPromise_IsAlwaysTheMostImportant()
    {
        var turns = new PromisedTurns(new double[5]);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(0, turns.Next(All));
            turns.Granted(RequestPriority.Critical, 1, All);
        }

        Assert.Equal((1, 3, 4), (turns.Next(0b11110), turns.Next(0b11000), turns.Next(0b10000)));
    }

    [Fact]
    public void Next_APromiseOfASixteenth_IsEverySixteenthTurn()
    {
        // Turn seventeen is the first, because it is paid for before.
        var turns = new PromisedTurns([0, 0, 0, 0, 0.0625]);
        int[] served = Serve(turns, 1601, All, [1, 1, 1, 1, 1]);
        Assert.Equal([1501, 0, 0, 0, 100], served);
    }

    /// <summary>Everybody who waits gets at least its promise, to within a turn of each, and nobody but the most important gets more than that.</summary>
    [Property(MaxTest = 300)]
    public Property Next_AnyPromisesAndCosts_ArePaidOutAndNoMore() => Prop.ForAll(Cases, c =>
    {
        const int Grants = 4000;
        var turns = new PromisedTurns(c.Shares);
        int[] served = Serve(turns, Grants, c.Waiting, c.Costs);
        long total = served.Sum();
        int first = System.Numerics.BitOperations.TrailingZeroCount(c.Waiting);
        int slack = 1 + c.Costs.Sum();
        for (int i = 0; i < 5; i++)
        {
            bool waits = (c.Waiting & (1u << i)) != 0;
            double promised = waits ? c.Shares[i] * total : 0;
            Assert.True(served[i] >= promised - slack, $"{i} got {served[i]} of the {promised} that were promised.");
            Assert.True(i == first || served[i] <= promised + slack, $"{i} got {served[i]}, and only {promised} were promised.");
        }
    });

    /// <summary>Any mix: who waits changes all the time, and each is paid for the time in which it did.</summary>
    [Property(MaxTest = 100)]
    public Property Next_WhoWaitsChanges_NobodySavesUpWhileAway() => Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        double[] shares = [0.1, 0.1, 0.1, 0.1, 0.1];
        var turns = new PromisedTurns(shares);
        double[] promised = new double[5];
        int[] stays = new int[5];
        int[] served = new int[5];
        uint waiting = All;
        for (int grant = 0; grant < 3000; grant++)
        {
            if (random.Next(40) == 0)
            {
                uint next = (uint)random.Next(1, 32);
                for (int i = 0; i < 5; i++)
                {
                    stays[i] += (waiting & ~next & (1u << i)) != 0 ? 1 : 0;
                }

                waiting = next;
            }

            int served1 = turns.Next(waiting);
            Assert.True((waiting & (1u << served1)) != 0);
            turns.Granted((RequestPriority)served1, 1, waiting);
            served[served1]++;
            for (int i = 0; i < 5; i++)
            {
                promised[i] += (waiting & (1u << i)) != 0 ? shares[i] : 0;
            }
        }

        // With each stay a part of a turn is forgotten, and at the end somebody may be owed a few.
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(served[i] >= promised[i] - stays[i] - 5, $"{i} got {served[i]} of {promised[i]} in {stays[i]} stays."));
    });

    [Fact]
    public void Next_WasAwayForLong_IsOwedNothing()
    {
        var turns = new PromisedTurns([0, 0, 0, 0, 0.25]);
        Serve(turns, 1000, 0b00001, [1, 1, 1, 1, 1]);
        int[] served = Serve(turns, 3, All, [1, 1, 1, 1, 1]);
        Assert.Equal([3, 0, 0, 0, 0], served);
    }

    [Fact]
    public void Next_ComesBackWithALittleCredit_HasLostIt()
    {
        var turns = new PromisedTurns([0, 0, 0, 0, 0.25]);
        Serve(turns, 3, All, [1, 1, 1, 1, 1]);
        Serve(turns, 1, 0b00001, [1, 1, 1, 1, 1]);
        Assert.Equal([4, 0, 0, 0, 0], Serve(turns, 4, All, [1, 1, 1, 1, 1]));
        Assert.Equal(4, turns.Next(All));
    }

    /// <summary>Who is served because it is the most important has no debt from it.</summary>
    [Fact]
    public void Next_ServedInOrderForLong_StillHasItsPromise()
    {
        var turns = new PromisedTurns([0, 0.5, 0, 0, 0]);
        Serve(turns, 1000, 0b00010, [1, 1, 1, 1, 1]);
        Assert.Equal([51, 50, 0, 0, 0], Serve(turns, 101, 0b00011, [1, 1, 1, 1, 1]));
    }

    [Fact]
    public void Shares_Changed_HoldFromThenOn()
    {
        var turns = new PromisedTurns([0, 0, 0, 0, 0]);
        Serve(turns, 100, All, [1, 1, 1, 1, 1]);
        turns.Shares = [0, 0, 0, 0, 0.5];
        Assert.Equal(50, Serve(turns, 101, All, [1, 1, 1, 1, 1])[4]);
    }

    [Theory]
    [InlineData(0, 1000, 0)]
    [InlineData(0.05, 1000, 50)]
    [InlineData(0.05, 10, 1)]
    [InlineData(0.5, 3, 2)]
    [InlineData(1, 7, 7)]
    public void Places_OfAShare_AreThatShareRoundedUp(double share, long places, int expected) =>
        Assert.Equal(expected, new PromisedTurns([0, 0, share, 0, 0]).Places(RequestPriority.Normal, places));

    /// <summary>What each priority got, in cost.</summary>
    private static int[] Serve(PromisedTurns turns, int grants, uint waiting, int[] costs)
    {
        int[] served = new int[5];
        for (int i = 0; i < grants; i++)
        {
            int next = turns.Next(waiting);
            Assert.True((waiting & (1u << next)) != 0);
            turns.Granted((RequestPriority)next, costs[next], waiting);
            served[next] += costs[next];
        }

        return served;
    }
}
