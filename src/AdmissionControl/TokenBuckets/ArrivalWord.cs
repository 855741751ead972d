using System.Runtime.InteropServices;

namespace AdmissionControl.TokenBuckets;

/// <summary>The one word of a bucket that takers write, on cache lines of its own: 128 bytes, because processors fetch lines in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 264)]
internal struct ArrivalWord
{
    // padding: 0 to 127

    [FieldOffset(128)]
    public long ArrivalTime;

    // padding: 136 to 263
}
