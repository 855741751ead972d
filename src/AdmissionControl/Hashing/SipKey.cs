using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AdmissionControl.Hashing;

/// <summary>The secret of a keyed hash.</summary>
internal readonly record struct SipKey(ulong K0, ulong K1)
{
    /// <summary>This process's own: random, and never shown.</summary>
    public static SipKey OfProcess { get; } = Random();

    private static SipKey Random()
    {
        Span<ulong> key = stackalloc ulong[2];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(key));
        return new(key[0], key[1]);
    }
}
