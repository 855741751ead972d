using System.Buffers.Binary;
using System.Numerics;

namespace AdmissionControl.Hashing;

/// <summary>
/// SipHash-1-3, a 64-bit keyed hash. Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF" (2012);
/// the 1-3 variant is the one that hash tables of several languages use against made-up collisions.
/// </summary>
/// <remarks>
/// The overloads for inputs of 4, 8 and 16 bytes give the hash of the same bytes in little-endian order, without a loop. Integers are hashed with
/// the full function too: a multiplication with a secret would be faster, but it is linear, and one collision found by trial
/// would give away many.
/// </remarks>
internal static class SipHash
{
    public static ulong Compute(ReadOnlySpan<byte> data, SipKey key)
    {
        var state = new State(key);
        ulong last = (ulong)data.Length << 56;
        while (data.Length >= 8)
        {
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }

        for (int i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        return state.Finish(last);
    }

    /// <summary>The hash of 4 bytes.</summary>
    public static ulong Compute(uint data, SipKey key) => new State(key).Finish((4UL << 56) | data);

    /// <summary>The hash of 8 bytes.</summary>
    public static ulong Compute(ulong data, SipKey key)
    {
        var state = new State(key);
        state.Absorb(data);
        return state.Finish(8UL << 56);
    }

    /// <summary>The hash of 16 bytes.</summary>
    public static ulong Compute(ulong first, ulong second, SipKey key)
    {
        var state = new State(key);
        state.Absorb(first);
        state.Absorb(second);
        return state.Finish(16UL << 56);
    }

    private struct State(SipKey key)
    {
        private ulong _v0 = 0x736f6d6570736575UL ^ key.K0;
        private ulong _v1 = 0x646f72616e646f6dUL ^ key.K1;
        private ulong _v2 = 0x6c7967656e657261UL ^ key.K0;
        private ulong _v3 = 0x7465646279746573UL ^ key.K1;

        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            _v0 ^= word;
        }

        public ulong Finish(ulong lastWord)
        {
            Absorb(lastWord);
            _v2 ^= 0xff;
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
