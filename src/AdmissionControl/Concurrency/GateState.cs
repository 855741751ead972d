using System.Runtime.InteropServices;

namespace AdmissionControl.Concurrency;

/// <summary>What is written by every request and what is not, on cache lines of their own: 128 bytes, because processors fetch lines in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 392)]
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

    /// <summary>Reserves of bulkheads that are claimed: read when waiters are served, written when a claim comes or goes.</summary>
    [FieldOffset(264)]
    public int Claims;

    // padding: 268 to 391
}
