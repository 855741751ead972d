using System.Buffers.Binary;
using System.Numerics;
using AdmissionControl.Hashing;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Hashing;

public class SipHashTests
{
    private static readonly SipKey Key = new(0x0706050403020100, 0x0f0e0d0c0b0a0908);

    /// <summary>
    /// Input 00 01 02 ..., key 00 to 0f. The values come from an implementation of SipHash-c-d apart from this one, which gives the reference's published vectors for 2-4
    /// and, for 1-3, the values of Rust's standard library (the empty input: dc c4 0f 05 58 01 ac ab) and of CPython's hash of bytes.
    /// </summary>
    [Theory]
    [InlineData(0, 0xabac0158050fc4dcUL)]
    [InlineData(1, 0xc9f49bf37d57ca93UL)]
    [InlineData(7, 0xd3927d989bb11140UL)]
    [InlineData(8, 0x369095118d299a8eUL)]
    [InlineData(9, 0x25a48eb36c063de4UL)]
    [InlineData(15, 0xd320d86d2a519956UL)]
    [InlineData(16, 0xcc4fdd1a7d908b66UL)]
    [InlineData(63, 0x9d199062b7bbb3a8UL)]
    public void Compute_PublishedVectors_Agree(int length, ulong expected) =>
        Assert.Equal(expected, SipHash.Compute(Bytes(length), Key));

    [Fact]
    public void Compute_PythonsHashOfBytes_Agrees() => Assert.Equal(17616997933159550961UL, SipHash.Compute("abcdefghij"u8, default));

    [Fact]
    public void Compute_OneBitOfKeyOrInputFlipped_FlipsAboutHalfOfTheHash()
    {
        byte[] data = Bytes(16).ToArray();
        ulong hash = SipHash.Compute(data, Key);
        for (int bit = 0; bit < 64; bit++)
        {
            byte[] flipped = [.. data];
            flipped[bit / 4] ^= (byte)(1 << (bit % 8));
            Assert.InRange(BitOperations.PopCount(hash ^ SipHash.Compute(flipped, Key)), 12, 52);
            Assert.InRange(BitOperations.PopCount(hash ^ SipHash.Compute(data, Key with { K0 = Key.K0 ^ (1UL << bit) })), 12, 52);
            Assert.InRange(BitOperations.PopCount(hash ^ SipHash.Compute(data, Key with { K1 = Key.K1 ^ (1UL << bit) })), 12, 52);
        }
    }

    /// <summary>The short ways for 4, 8 and 16 bytes give what the general one gives for the same bytes.</summary>
    [Property]
    public void Compute_FixedSizes_EqualTheGeneralWay(ulong first, ulong second, ulong k0, ulong k1)
    {
        var key = new SipKey(k0, k1);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], second);
        Assert.Equal(SipHash.Compute(bytes, key), SipHash.Compute(first, second, key));
        Assert.Equal(SipHash.Compute(bytes[..8], key), SipHash.Compute(first, key));
        Assert.Equal(SipHash.Compute(bytes[..4], key), SipHash.Compute((uint)first, key));
    }

    private static ReadOnlySpan<byte> Bytes(int length) => Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
}
