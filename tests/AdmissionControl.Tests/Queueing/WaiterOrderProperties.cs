using AdmissionControl.Queueing;
using AdmissionControl.Triage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Queueing;

/// <summary>The heap and the line against plain lists, over random additions and removals from anywhere.</summary>
public class WaiterOrderProperties
{
    private static Arbitrary<(int Key, int Remove)[]> Changes =>
        (from key in Gen.Choose(0, 20)
         from remove in Gen.Choose(-40, 40)
         select (key, remove)).ListOf(150).Select(l => l.ToArray()).ToArbitrary();

    [Property(MaxTest = 500)]
    public Property ExpiryHeap_AnyChanges_FirstIsTheEarliest() => Prop.ForAll(Changes, changes =>
    {
        var heap = new ExpiryHeap();
        List<Waiter> model = [];
        foreach ((int key, int remove) in changes)
        {
            if (remove > 0 && model.Count > 0)
            {
                Waiter leaver = model[remove % model.Count];
                model.Remove(leaver);
                heap.Remove(leaver);
                Assert.Equal(-1, leaver.HeapIndex);
            }
            else
            {
                Waiter waiter = Make(key, cost: 1);
                model.Add(waiter);
                heap.Add(waiter);
            }

            Assert.Equal(model.Count, heap.Count);
            Assert.Equal(model.Count == 0 ? null : model.Min(w => w.ExpiresAt), heap.First?.ExpiresAt);
            Assert.Equal(Enumerable.Range(0, model.Count), model.Select(w => w.HeapIndex).Order());
        }

        // What is left comes out in order.
        long last = long.MinValue;
        while (heap.First is { } first)
        {
            Assert.True(first.ExpiresAt >= last);
            Assert.Contains(first, model);
            last = first.ExpiresAt;
            heap.Remove(first);
        }
    });

    [Property(MaxTest = 500)]
    public Property WaiterLine_AnyChanges_BestAndWorstAreThoseOfASortedList() => Prop.ForAll(Changes, Gen.Elements(true, false).ToArbitrary(), (changes, isNewestFirst) =>
    {
        var line = new WaiterLine { IsNewestFirst = isNewestFirst };
        List<Waiter> model = [];
        long arrival = 0;
        foreach ((int key, int remove) in changes)
        {
            if (remove > 0 && model.Count > 0)
            {
                Waiter leaver = model[remove % model.Count];
                model.Remove(leaver);
                line.Remove(leaver);
                Assert.True(leaver is { Next: null, Previous: null });
            }
            else
            {
                // Five priorities, three bands, and cohorts of three lines, among which those of one line are not told apart.
                var level = TriageLevel.Of((RequestPriority)(key % 5), key % 3, Math.Abs(remove));
                Waiter waiter = Make(0, key + 1, level, arrival++);
                model.Add(waiter);
                line.Add(waiter);
            }

            // Sorting is stable: those of a line stay in the order of their arrival. Oldest first, cohorts do not count, and who makes room first is another matter.
            Waiter[] served = [.. isNewestFirst ? Enumerable.Reverse(model).OrderBy(w => w.Level.Value >> 4) : model.OrderBy(w => w.Level.Value >> 7)];
            Waiter[] kept = [.. (isNewestFirst ? Enumerable.Reverse(model) : model).OrderBy(w => w.Level.Value >> 4)];
            Assert.Same(served.FirstOrDefault(), line.Best);
            Assert.Equal(model.Count, line.Count);
            Assert.Equal(model.Sum(w => (long)w.Request.Cost), line.Cost);
            foreach (RequestPriority priority in Enum.GetValues<RequestPriority>())
            {
                Waiter[] own = [.. served.Where(w => w.Level.Priority == priority)];
                bool waits = (line.Priorities & (1u << (int)priority)) != 0;
                Assert.Equal(own.Length > 0, waits);
                Assert.Equal(own.Length, line.CountOf(priority));
                for (int band = 0; band < 3; band++)
                {
                    // Bands follow each other over all priorities: 128 levels each.
                    TriageLevel newcomer = TriageLevel.Of(priority, band, cohort: 64);
                    Assert.Equal(
                        model.Where(w => w.Level.Value >> 7 < newcomer.Value >> 7 || (w.Level.Value >> 7 == newcomer.Value >> 7 && !isNewestFirst)).Sum(w => (long)w.Request.Cost),
                        line.CostAheadOf(newcomer));
                }

                if (waits)
                {
                    Assert.Same(own[0], line.BestOf((int)priority));
                    Assert.Same(kept.Last(w => w.Level.Priority == priority), line.WorstOf((int)priority));
                }
            }
        }
    });

    private static Waiter Make(long expiresAt, int cost, TriageLevel level = default, long enqueuedAt = 0) =>
        Waiter.For(null!, new AdmissionRequest { Cost = cost }, level, enqueuedAt, expiresAt);
}
