using System.Runtime.InteropServices;

namespace AdmissionControl.Concurrency;

/// <summary>The two words of a gate, each on cache lines of its own: 128 bytes, because processors fetch lines in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct GateState
{
    // padding: 0 to 127

    /// <summary>Permits in flight in the low half, waiters of every kind in the high half: written by every request.</summary>
    [FieldOffset(128)]
    public long Occupancy;

    // padding: 136 to 255

    /// <summary>The limit in force: read by every request, written a few times a second.</summary>
    [FieldOffset(256)]
    public int Limit;

    // padding: 260 to 383
}
