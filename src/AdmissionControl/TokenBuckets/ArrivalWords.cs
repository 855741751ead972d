using System.Runtime.InteropServices;

namespace AdmissionControl.TokenBuckets;

/// <summary>The words of a bucket that takers write, on cache lines of their own: 128 bytes, because processors fetch lines in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 280)]
internal struct ArrivalWords
{
    // padding: 0 to 127

    [FieldOffset(128)]
    public long ArrivalTime;

    /// <summary>Beside the other, because who needs one needs both.</summary>
    [FieldOffset(136)]
    public long PrepaidUntil;

    /// <summary>Written by hold-backs, which are few, and read by refunds.</summary>
    [FieldOffset(144)]
    public long HeldUntil;

    // padding: 152 to 279
}
