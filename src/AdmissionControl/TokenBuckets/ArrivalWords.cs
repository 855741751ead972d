using System.Runtime.InteropServices;

namespace AdmissionControl.TokenBuckets;

/// <summary>The words of a bucket that takers write, on cache lines of their own: 128 bytes, because processors fetch lines in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 272)]
internal struct ArrivalWords
{
    // padding: 0 to 127

    [FieldOffset(128)]
    public long ArrivalTime;

    /// <summary>Beside the other, because who needs one needs both.</summary>
    [FieldOffset(136)]
    public long PrepaidUntil;

    // padding: 144 to 271
}
