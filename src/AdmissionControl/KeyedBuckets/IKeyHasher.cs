namespace AdmissionControl.KeyedBuckets;

/// <summary>Turns a key into 64 bits that nobody outside the process can predict.</summary>
/// <remarks>
/// Keys with the same hash are the same key to <see cref="KeyedTokenBuckets{TKey}"/>, so the hash must be keyed with a secret (SipHash, for
/// example) and all of its 64 bits must depend on all of the key. <see cref="object.GetHashCode"/> will not do: it has 32 bits, and for most types
/// anybody can make up keys that collide. Thread-safe.
/// </remarks>
/// <typeparam name="TKey">The type of the keys.</typeparam>
public interface IKeyHasher<in TKey>
{
    /// <summary>The keyed hash of a key: the same for equal keys, for the life of the hasher.</summary>
    /// <param name="key">The key.</param>
    ulong Hash(TKey key);
}
