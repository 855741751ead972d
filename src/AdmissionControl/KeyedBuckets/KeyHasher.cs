using System.Net;
using AdmissionControl.Hashing;

namespace AdmissionControl.KeyedBuckets;

/// <summary>The built-in hashers: SipHash-1-3 with a secret that is random per process.</summary>
/// <remarks>Thread-safe; a hash takes no memory.</remarks>
public static class KeyHasher
{
    /// <summary>
    /// The built-in hasher of a type: <see cref="string"/> (ordinal), <see cref="int"/>, <see cref="uint"/>, <see cref="long"/>, <see cref="ulong"/>,
    /// <see cref="Guid"/> or <see cref="IPAddress"/> (IPv4 by /32, IPv6 by /64).
    /// </summary>
    /// <typeparam name="TKey">The type of the keys.</typeparam>
    /// <exception cref="NotSupportedException">There is none for <typeparamref name="TKey"/>.</exception>
    public static IKeyHasher<TKey> Default<TKey>() => For<TKey>(SipKey.OfProcess);

    /// <summary>The hasher of clients' addresses by prefix. An IPv4 address that is mapped into IPv6 counts as IPv4.</summary>
    /// <param name="ipv4PrefixLength">Leading bits of an IPv4 address that make a client: from 0 to 32; default 32, the whole.</param>
    /// <param name="ipv6PrefixLength">
    /// Leading bits of an IPv6 address: from 0 to 128; default 64, the least that one subscriber is given. Many are given a /56 or a /48.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A length is out of its range.</exception>
    public static IKeyHasher<IPAddress> ForAddresses(int ipv4PrefixLength = 32, int ipv6PrefixLength = 64) =>
        new AddressKeyHasher(SipKey.OfProcess, new AddressPrefix(ipv4PrefixLength, ipv6PrefixLength));

    internal static IKeyHasher<TKey> For<TKey>(SipKey key)
    {
        object? hasher = typeof(TKey) == typeof(string) ? new StringKeyHasher(key)
            : typeof(TKey) == typeof(int) || typeof(TKey) == typeof(uint)
                || typeof(TKey) == typeof(long) || typeof(TKey) == typeof(ulong) ? new IntegerKeyHasher(key)
            : typeof(TKey) == typeof(Guid) ? new GuidKeyHasher(key)
            : typeof(TKey) == typeof(IPAddress) ? new AddressKeyHasher(key, AddressPrefix.Default)
            : null;
        return hasher as IKeyHasher<TKey> ?? throw new NotSupportedException(
            $"There is no built-in hasher for keys of type {typeof(TKey)}. Those of string, int, uint, long, ulong, Guid and IPAddress have one; give another type an {nameof(IKeyHasher<>)}<{typeof(TKey).Name}> of its own.");
    }
}
