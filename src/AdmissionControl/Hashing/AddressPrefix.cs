using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace AdmissionControl.Hashing;

/// <summary>How much of an address names a client: the leading bits of an IPv4 and of an IPv6 address.</summary>
/// <remarks>A scope id is not part of a client's name. An IPv4 address that is mapped into IPv6 is that IPv4 address.</remarks>
internal readonly record struct AddressPrefix
{
    /// <summary>The whole of an IPv4 address, and the /64 of an IPv6 one, which is what one subscriber holds.</summary>
    public static readonly AddressPrefix Default = new(32, 64);

    private readonly uint _ipv4Mask;
    private readonly ulong _ipv6HighMask;
    private readonly ulong _ipv6LowMask;

    /// <exception cref="ArgumentOutOfRangeException">A length is below 0 or above 32 or 128.</exception>
    public AddressPrefix(int ipv4PrefixLength, int ipv6PrefixLength)
    {
        ThrowIfNotWithin(ipv4PrefixLength, 32, nameof(ipv4PrefixLength));
        ThrowIfNotWithin(ipv6PrefixLength, 128, nameof(ipv6PrefixLength));
        _ipv4Mask = (uint)(ulong.MaxValue << (32 - ipv4PrefixLength));
        _ipv6HighMask = Mask(Math.Min(64, ipv6PrefixLength));
        _ipv6LowMask = Mask(Math.Max(0, ipv6PrefixLength - 64));
    }

    public ulong Hash(IPAddress address, SipKey key)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        if (written == 4)
        {
            return SipHash.Compute(BinaryPrimitives.ReadUInt32BigEndian(bytes) & _ipv4Mask, key);
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return SipHash.Compute(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) & _ipv4Mask, key);
        }

        // Another number of bytes is another input: no IPv6 prefix is taken for an IPv4 one.
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(bytes) & _ipv6HighMask;
        return _ipv6LowMask == 0
            ? SipHash.Compute(high, key)
            : SipHash.Compute(high, BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & _ipv6LowMask, key);
    }

    private static ulong Mask(int length) => length == 0 ? 0 : ulong.MaxValue << (64 - length);

    private static void ThrowIfNotWithin(int length, int longest, string name)
    {
        if (length < 0 || length > longest)
        {
            throw new ArgumentOutOfRangeException(
                name, string.Create(CultureInfo.InvariantCulture, $"A prefix of {length} bits is not possible: it must be from 0 to {longest}."));
        }
    }
}
