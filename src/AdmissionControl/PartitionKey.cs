using System.Net;
using System.Runtime.InteropServices;
using AdmissionControl.Partitions;

namespace AdmissionControl;

/// <summary>
/// Names one client, tenant or downstream: 64 bits of a hash keyed with a secret that is random per process, so that colliding keys
/// cannot be made up from outside.
/// </summary>
/// <remarks>
/// <c>default</c> means "no partition". A key is meaningless outside the process that made it: do not store or send it. Immutable.
/// </remarks>
public readonly record struct PartitionKey
{
    private PartitionKey(ulong hash) => Hash = hash == 0 ? 1 : hash;

    /// <summary>The keyed hash; zero only for <c>default</c>.</summary>
    internal ulong Hash { get; }

    /// <summary>Whether this is <c>default</c>: the request belongs to no partition.</summary>
    public bool IsNone => Hash == 0;

    /// <summary>The key of a name, such as a tenant or an API key. Ordinal: case matters.</summary>
    /// <param name="name">Any string, the empty one included.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static PartitionKey From(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(SipHash.OfProcess(MemoryMarshal.AsBytes(name.AsSpan())));
    }

    /// <summary>The key of a number, such as a customer's id.</summary>
    /// <param name="id">Any value.</param>
    public static PartitionKey From(long id) => new(SipHash.OfProcess(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in id))));

    /// <summary>The key of a client's address: the whole of an IPv4 address, the /64 prefix of an IPv6 one, which is what one subscriber holds.</summary>
    /// <param name="address">An address; an IPv4 address mapped into IPv6 counts as IPv4.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    public static PartitionKey From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        if (address.IsIPv4MappedToIPv6)
        {
            return new(SipHash.OfProcess(bytes.Slice(12, 4)));
        }

        return new(SipHash.OfProcess(bytes[..Math.Min(written, 8)]));
    }
}
