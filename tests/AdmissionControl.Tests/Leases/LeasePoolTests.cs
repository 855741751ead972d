using System.Runtime.CompilerServices;
using AdmissionControl.Leases;

namespace AdmissionControl.Tests.Leases;

public class LeasePoolTests
{
    /// <summary>An empty magazine that waits for its next use is no reason to keep the slots that it had.</summary>
    [Fact]
    public void GiveEmpty_MagazineThatHadSlots_LetsThemGo()
    {
        WeakReference slot = GiveAnEmptiedMagazine();
        GC.Collect();
        Assert.False(slot.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference GiveAnEmptiedMagazine()
    {
        var magazine = new Magazine();
        magazine.Add(new LeaseSlot());
        var slot = new WeakReference(magazine.Take());
        LeasePool.GiveEmpty(magazine);
        return slot;
    }
}
