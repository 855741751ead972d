using System.Net;
using System.Runtime.InteropServices;
using AdmissionControl.Hashing;

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
    private PartitionKey(ulong hash, ulong groupHash = 0)
    {
        Hash = hash == 0 ? 1 : hash;
        GroupHash = groupHash;
    }

    /// <summary>The keyed hash; zero only for <c>default</c>.</summary>
    internal ulong Hash { get; }

    /// <summary>The keyed hash of the group that it belongs to; zero for none.</summary>
    internal ulong GroupHash { get; }

    /// <summary>Whether this is <c>default</c>: the request belongs to no partition.</summary>
    public bool IsNone => Hash == 0;

    /// <summary>The key of a hash that was made elsewhere; where runs must be the same each time.</summary>
    internal static PartitionKey FromHash(ulong hash) => new(hash);

    /// <summary>The key of a name, such as a tenant or an API key. Ordinal: case matters.</summary>
    /// <param name="name">Any string, the empty one included.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static PartitionKey From(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(SipHash.Compute(MemoryMarshal.AsBytes(name.AsSpan()), SipKey.OfProcess));
    }

    /// <summary>The key of a number, such as a customer's id.</summary>
    /// <param name="id">Any value.</param>
    public static PartitionKey From(long id) => new(SipHash.Compute((ulong)id, SipKey.OfProcess));

    /// <summary>The key of a client's address: the whole of an IPv4 address, the /64 prefix of an IPv6 one, which is what one subscriber holds.</summary>
    /// <param name="address">An address; an IPv4 address mapped into IPv6 counts as IPv4.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    public static PartitionKey From(IPAddress address) => new(AddressPrefix.Default.Hash(address, SipKey.OfProcess));

    /// <summary>The key of a client's address by prefix.</summary>
    /// <param name="address">An address; an IPv4 address mapped into IPv6 counts as IPv4.</param>
    /// <param name="ipv4PrefixLength">Leading bits of an IPv4 address that make a client: from 0 to 32.</param>
    /// <param name="ipv6PrefixLength">Leading bits of an IPv6 address that make a client: from 0 to 128. Many subscribers hold a /56 or a /48.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is out of its range.</exception>
    public static PartitionKey From(IPAddress address, int ipv4PrefixLength, int ipv6PrefixLength) =>
        new(new AddressPrefix(ipv4PrefixLength, ipv6PrefixLength).Hash(address, SipKey.OfProcess));

    /// <summary>The same client as a member of a group, such as its network or its tenant: fairness then looks at both, and the heavier of the two counts.</summary>
    /// <param name="group">The group; its own group, if any, is dropped. <c>default</c> for none.</param>
    /// <remarks>Rates and bulkheads look at the client alone.</remarks>
    public PartitionKey Within(PartitionKey group) => IsNone ? this : new(Hash, group.Hash);
}
