using AdmissionControl.Queueing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Queueing;

/// <summary>The heap and the list against plain lists, over random additions and removals from anywhere.</summary>
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
    public Property WaiterList_AnyChanges_KeepsOrderAndCost() => Prop.ForAll(Changes, changes =>
    {
        var list = new WaiterList();
        List<Waiter> model = [];
        foreach ((int key, int remove) in changes)
        {
            if (remove > 0 && model.Count > 0)
            {
                Waiter leaver = model[remove % model.Count];
                model.Remove(leaver);
                list.Remove(leaver);
                Assert.True(leaver is { Next: null, Previous: null });
            }
            else
            {
                Waiter waiter = Make(0, cost: key + 1);
                model.Add(waiter);
                list.Add(waiter);
            }

            Assert.Equal(model, Forward(list));
            Assert.Equal(Enumerable.Reverse(model), Backward(list));
            Assert.Equal(model.Sum(w => (long)w.Request.Cost), list.Cost);
        }
    });

    private static Waiter Make(long expiresAt, int cost) => new(null!, new AdmissionRequest { Cost = cost }, 0, expiresAt);

    private static IEnumerable<Waiter> Forward(WaiterList list)
    {
        for (Waiter? waiter = list.First; waiter is not null; waiter = waiter.Next)
        {
            yield return waiter;
        }
    }

    private static IEnumerable<Waiter> Backward(WaiterList list)
    {
        for (Waiter? waiter = list.Last; waiter is not null; waiter = waiter.Previous)
        {
            yield return waiter;
        }
    }
}
