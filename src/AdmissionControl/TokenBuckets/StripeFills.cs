using System.Runtime.InteropServices;

namespace AdmissionControl.TokenBuckets;

/// <summary>How often any stripe was filled, and as of which fill all stripes were seen empty. On cache lines of its own, as every fill writes it.</summary>
/// <remarks>
/// Saves those who are refused the look into every stripe. A fill is counted after its stripe is claimed and before it is opened again; who looks reads the count
/// first. So if all stripes were seen empty and nobody's, and the count has not moved since, they are still empty.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 272)]
internal struct StripeFills
{
    // padding: 0 to 127

    [FieldOffset(128)]
    private long _count;

    // The count at that time, and 1 more, so that nothing is known at first.
    [FieldOffset(136)]
    private long _emptyAt;

    // padding: 144 to 271

    public long Count => Volatile.Read(ref _count);

    public void Increment() => Interlocked.Increment(ref _count);

    /// <summary>Whether all stripes were seen empty at this count.</summary>
    public bool WereEmptyAt(long count) => Volatile.Read(ref _emptyAt) == count + 1;

    public void SeenEmptyAt(long count) => Volatile.Write(ref _emptyAt, count + 1);
}
