using System.Runtime.CompilerServices;
using AdmissionControl.Contention;

namespace AdmissionControl.Tests.Contention;

public class ThreadCountersTests
{
    [Fact]
    public void Sums_SeveralThreads_AddsTheirCopiesUp()
    {
        var counters = new ThreadCounters(3);
        counters.RowOf(PerThread.Current).Increment(0);
        counters.RowOf(PerThread.Current).Increment(2);
        OnAnotherThread(() =>
        {
            counters.RowOf(PerThread.Current).Increment(2);
            counters.RowOf(PerThread.Current).Increment(1);
        });
        Assert.Equal([1, 1, 2], counters.Sums());
        Assert.Equal((2, 2, 3), (counters.Sum(2), counters.Sum(0, 1), counters.Sum(1, 2)));
    }

    [Fact]
    public void Sums_ThreadsThatHaveEnded_KeepTheirCountsAndGiveUpTheirRows()
    {
        var counters = new ThreadCounters(1);
        for (int i = 0; i < 100; i++)
        {
            OnAnotherThread(() => counters.RowOf(PerThread.Current).Increment(0));
        }

        Assert.Equal(100, counters.Sum(0));
        Assert.InRange(Rows(counters), 1, 3);
    }

    /// <summary>More owners than a thread remembers displace each other and lose nothing.</summary>
    [Fact]
    public void Increment_MoreOwnersThanTheCacheHolds_CountsEach()
    {
        ThreadCounters[] owners = [.. Enumerable.Range(0, 200).Select(_ => new ThreadCounters(1))];
        for (int round = 0; round < 5; round++)
        {
            Array.ForEach(owners, o => o.RowOf(PerThread.Current).Increment(0));
        }

        Assert.All(owners, o => Assert.Equal((5, 1), (o.Sum(0), Rows(o))));
    }

    /// <summary>Rows that lie side by side in memory keep their counts two cache lines apart.</summary>
    [Fact]
    public void Layout_Rows_KeepTheirCountsApart()
    {
        var counters = new ThreadCounters(CounterRow.Capacity);
        var one = new CounterRow(counters, Thread.CurrentThread);
        var next = new CounterRow(counters, Thread.CurrentThread);

        Assert.True(Math.Abs(Unsafe.ByteOffset(ref one[CounterRow.Capacity - 1], ref next[0])) >= 256);
    }

    private static void OnAnotherThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private static int Rows(ThreadCounters counters) => ListOf(counters).Count;

    private static System.Collections.IList ListOf(ThreadCounters counters) => (System.Collections.IList)typeof(ThreadCounters)
        .GetField("_rows", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(counters)!;
}
