using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AdmissionControl.TokenBuckets;

/// <summary>The permits that takers on one processor have been given ahead.</summary>
/// <remarks>
/// The word is the number of permits, or <see cref="Claimed"/> while one call moves permits in or out. Who claims holds the room of the
/// stripe: what is in its hand and what is in the stripe are together never more than one batch. Nobody waits for a claim; a taker finds
/// nothing here meanwhile and goes elsewhere. On cache lines of its own: 128 bytes, because processors fetch lines in pairs.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PermitStripe
{
    private const int Claimed = -1;

    // padding: 0 to 127

    [FieldOffset(128)]
    private int _held;

    // padding: 132 to 255

    /// <summary>The permits in the stripe. A snapshot.</summary>
    public int Held => Math.Max(0, Volatile.Read(ref _held));

    /// <summary>Whether there is nothing in the stripe nor in the hand of a call that has claimed it.</summary>
    public bool IsEmpty => Volatile.Read(ref _held) == 0;

    /// <summary>Takes permits if they are all here. Repeats only when another call has changed the word meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int permits)
    {
        int held = Volatile.Read(ref _held);
        while (held >= permits)
        {
            int seen = Interlocked.CompareExchange(ref _held, held - permits, held);
            if (seen == held)
            {
                return true;
            }

            held = seen;
        }

        return false;
    }

    /// <summary>
    /// Takes everything out and closes the stripe until <see cref="Release"/>. Fails when another call has it: what is held is negative then.
    /// </summary>
    public bool TryClaim(out int held)
    {
        held = Volatile.Read(ref _held);
        while (held >= 0)
        {
            int seen = Interlocked.CompareExchange(ref _held, Claimed, held);
            if (seen == held)
            {
                return true;
            }

            held = seen;
        }

        return false;
    }

    /// <summary>Opens a claimed stripe again, with these permits in it. A full fence.</summary>
    public void Release(int held) => Interlocked.Exchange(ref _held, held);
}
