using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdmissionControl.Hashing;

namespace AdmissionControl.KeyedBuckets;

/// <summary>Strings, ordinal: case matters.</summary>
internal sealed class StringKeyHasher(SipKey sipKey) : IKeyHasher<string>
{
    public ulong Hash(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SipHash.Compute(MemoryMarshal.AsBytes(key.AsSpan()), sipKey);
    }
}

internal sealed class IntegerKeyHasher(SipKey sipKey) : IKeyHasher<int>, IKeyHasher<uint>, IKeyHasher<long>, IKeyHasher<ulong>
{
    public ulong Hash(int key) => SipHash.Compute((uint)key, sipKey);

    public ulong Hash(uint key) => SipHash.Compute(key, sipKey);

    public ulong Hash(long key) => SipHash.Compute((ulong)key, sipKey);

    public ulong Hash(ulong key) => SipHash.Compute(key, sipKey);
}

internal sealed class GuidKeyHasher(SipKey sipKey) : IKeyHasher<Guid>
{
    public ulong Hash(Guid key)
    {
        UInt128 bits = Unsafe.BitCast<Guid, UInt128>(key);
        return SipHash.Compute((ulong)bits, (ulong)(bits >> 64), sipKey);
    }
}

internal sealed class AddressKeyHasher(SipKey sipKey, AddressPrefix prefix) : IKeyHasher<IPAddress>
{
    public ulong Hash(IPAddress key) => prefix.Hash(key, sipKey);
}
