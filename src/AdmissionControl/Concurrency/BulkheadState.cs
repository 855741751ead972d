using System.Runtime.InteropServices;

namespace AdmissionControl.Concurrency;

/// <summary>
/// What the requests of one bulkhead write, on cache lines that it shares with no other: 128 bytes, because processors fetch lines in
/// pairs.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 272)]
internal struct BulkheadState
{
    // padding: 0 to 127

    /// <summary>A <see cref="BulkheadWord"/>: written by every request.</summary>
    [FieldOffset(128)]
    public long Word;

    /// <summary>
    /// When somebody last wanted the reserve while nothing was in flight, or the last request left: nanoseconds of the coarse clock.
    /// </summary>
    [FieldOffset(136)]
    public long LastUse;

    // padding: 144 to 271
}
