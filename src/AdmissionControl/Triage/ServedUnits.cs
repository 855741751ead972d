using System.Runtime.InteropServices;

namespace AdmissionControl.Triage;

/// <summary>What was granted lately, written by every grant: on cache lines of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 264)]
internal struct ServedUnits
{
    // padding: 0 to 127

    /// <summary>In <see cref="UsageUnits"/>, halved each second.</summary>
    [FieldOffset(128)]
    public long Count;

    // padding: 136 to 263
}
