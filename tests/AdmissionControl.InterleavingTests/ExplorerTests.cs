using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests;

/// <summary>The explorer on programs whose schedules can be counted by hand.</summary>
[Collection(Explorations.Name)]
public class ExplorerTests
{
    private const int NoBound = int.MaxValue;

    /// <summary>The interleavings of n threads with k steps each are (nk)! / (k!)^n, each run once.</summary>
    [Theory]
    [InlineData(2, 1, 2)]
    [InlineData(2, 3, 20)]
    [InlineData(2, 5, 252)]
    [InlineData(3, 2, 90)]
    [InlineData(4, 2, 2520)]
    public void Exhaust_NoBound_RunsEveryInterleavingOnce(int threads, int steps, int expected)
    {
        List<string> seen = [];

        // With fewer preemptions first, schedules are run again: what counts is the last round, which leaves none out.
        Exploration exploration = Explorer.Exhaust(Steps(threads, steps, NoBound, seen));
        Assert.Equal((Extent.All, null), (exploration.Extent, exploration.Finding));
        Assert.Equal(expected, seen.Distinct().Count());
        Assert.Equal(expected, seen.TakeLast(expected).Distinct().Count());
    }

    /// <summary>
    /// Two threads with k steps: one after the other makes 2 schedules; one that is interrupted once, after 1 to k - 1 steps, 2 (k - 1) more; both
    /// interrupted once, 2 (k - 1)^2 more.
    /// </summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2 + 6)]
    [InlineData(2, 2 + 6 + 18)]
    public void Exhaust_Bound_RunsThoseWithinIt(int preemptions, int expected)
    {
        List<string> seen = [];
        Exploration exploration = Explorer.Exhaust(Steps(threads: 2, steps: 4, preemptions, seen));
        Assert.Equal(Extent.AllWithinPreemptions, exploration.Extent);
        Assert.Equal(expected, seen.Distinct().Count());
        Assert.Equal(expected, seen.TakeLast(expected).Distinct().Count());
    }

    [Fact]
    public void Exhaust_UpdateInTwoSteps_IsFoundWithOnePreemptionAndNotWithout()
    {
        Assert.Equal(Extent.AllWithinPreemptions, Explorer.Exhaust(LostUpdate(preemptions: 0)).Extent);
        string? finding = Explorer.Exhaust(LostUpdate(preemptions: 1)).Finding;
        Assert.Contains("expected 2, was 1", finding, StringComparison.Ordinal);

        // Both have read before the first writes.
        string[] story = [.. finding!.Split('\n').Skip(3).Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[3])];
        Assert.Equal(["Volatile.Read count = 0", "Volatile.Read count = 0", "Volatile.Write count: 0 -> 1", "Volatile.Write count = 1"], story);
    }

    [Fact]
    public void Sample_UpdateInTwoSteps_IsFoundAndTheSameSeedFindsTheSame()
    {
        Exploration once = Explorer.Sample(LostUpdate(preemptions: 0), seed: 7, schedules: 1000, changes: 1);
        Exploration again = Explorer.Sample(LostUpdate(preemptions: 0), seed: 7, schedules: 1000, changes: 1);
        Assert.NotNull(once.Finding);
        Assert.Equal(once, again);
    }

    [Fact]
    public void Exhaust_TwoLocksInOppositeOrder_ReportsWhoWaits()
    {
        static Play Begin()
        {
            var left = new Lock();
            var right = new Lock();
            static void Both(Lock first, Lock second)
            {
                lock (first)
                {
                    lock (second)
                    {
                    }
                }
            }

            return new(() => Both(left, right), () => Both(right, left));
        }

        Assert.Contains(
            "Nobody can go on: A waits for a lock, B waits for a lock.", Explorer.Exhaust(new("locks", Begin)).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Exhaust_LockAroundTheUpdate_FindsNothing()
    {
        static Play Begin()
        {
            var gate = new Lock();
            int count = 0;
            void Add()
            {
                lock (gate)
                {
                    Assert.True(gate.IsHeldByCurrentThread);
                    Volatile.Write(ref count, Volatile.Read(ref count) + 1);
                }
            }

            return new(Add, Add, Add) { AtEnd = () => Must.Equal(3, count, "count") };
        }

        Exploration exploration = Explorer.Exhaust(new("guarded", Begin, NoBound));
        Assert.Equal((Extent.All, null), (exploration.Extent, exploration.Finding));
    }

    /// <summary>Who spins waits for the other one: no schedule without end, and none left out.</summary>
    [Fact]
    public void Exhaust_SpinUntilAFlagIsSet_Ends()
    {
        static Play Begin()
        {
            int flag = 0;
            void Await()
            {
                SpinWait spin = default;
                while (Volatile.Read(ref flag) == 0)
                {
                    spin.SpinOnce();
                }
            }

            return new(Await, () => Volatile.Write(ref flag, 1));
        }

        Exploration exploration = Explorer.Exhaust(new("flag", Begin, NoBound));
        Assert.Equal((Extent.All, null), (exploration.Extent, exploration.Finding));
    }

    [Fact]
    public void Exhaust_SpinForAFlagThatNobodySets_IsReported()
    {
        static Play Begin()
        {
            int flag = 0;
            void Await()
            {
                SpinWait spin = default;
                while (Volatile.Read(ref flag) == 0)
                {
                    spin.SpinOnce();
                }
            }

            return new(Await, () => Volatile.Read(ref flag));
        }

        Assert.Contains("Nobody can go on: A waits for another", Explorer.Exhaust(new("flag", Begin)).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Exhaust_LoopWithoutEnd_IsReported()
    {
        static Play Begin()
        {
            int flag = 0;
            void Poll()
            {
                while (Volatile.Read(ref flag) == 0)
                {
                }
            }

            return new(Poll, () => Volatile.Read(ref flag));
        }

        Assert.Contains("There is no end after", Explorer.Exhaust(new("poll", Begin)).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Exhaust_CheckBetweenSteps_SeesWhatNoEndShows()
    {
        static Play Begin()
        {
            int word = 0;
            return new(
                () =>
                {
                    Interlocked.Increment(ref word);
                    Interlocked.Decrement(ref word);
                },
                () => Interlocked.MemoryBarrier())
            {
                Always = () => Must.Hold(Volatile.Read(ref word) == 0, "The word is not zero."),
                AtEnd = () => Must.Equal(0, word, "word"),
            };
        }

        Assert.Contains("The word is not zero.", Explorer.Exhaust(new("check", Begin, Preemptions: 0)).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Exhaust_ScenarioThatIsNotTheSameTwice_IsReported()
    {
        int runs = 0;
        Play Begin()
        {
            int word = 0;
            bool isIdle = ++runs % 2 == 0;
            return new(
                () =>
                {
                    if (!isIdle)
                    {
                        Interlocked.Increment(ref word);
                    }
                },
                () => Interlocked.Increment(ref word));
        }

        Assert.Contains("not the same twice", Explorer.Exhaust(new("moody", Begin, NoBound)).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Exhaust_ThreadThatThrows_IsReportedWithItsError()
    {
        static Play Begin() => new(() => throw new InvalidTimeZoneException("thrown"), static () => { });
        Assert.Contains("thrown", Explorer.Exhaust(new("error", Begin)).Finding, StringComparison.Ordinal);
    }

    /// <summary>Threads that walk side by side; writes down in which order they took their steps.</summary>
    private static Scenario Steps(int threads, int steps, int preemptions, List<string> seen)
    {
        Play Begin()
        {
            var order = new List<int>();
            int word = 0;
            Action Walk(int id) => () =>
            {
                for (int i = 0; i < steps; i++)
                {
                    Interlocked.Increment(ref word);
                    order.Add(id);
                }
            };
            return new([.. Enumerable.Range(0, threads).Select(Walk)]) { AtEnd = () => seen.Add(string.Concat(order)) };
        }

        return new("steps", Begin, preemptions);
    }

    private static Scenario LostUpdate(int preemptions) => new(
        "lost update",
        () =>
        {
            int count = 0;
            void Add()
            {
                int read = Volatile.Read(ref count);
                Volatile.Write(ref count, read + 1);
            }

            return new(Add, Add) { AtEnd = () => Must.Equal(2, count, "count") };
        },
        preemptions);
}
