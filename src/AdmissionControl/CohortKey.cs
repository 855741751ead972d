using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using AdmissionControl.Hashing;
using AdmissionControl.Triage;

namespace AdmissionControl;

/// <summary>
/// Draws users into 128 cohorts, anew each hour. Services that share the key draw the same, so that under overload a user is in or out along a whole chain of calls, and not at each service by another
/// chance: with four services that each serve two thirds, two thirds of the users get through instead of a fifth.
/// </summary>
/// <remarks>
/// The hour changes at another moment for each user, so that not all are drawn at once. The hash is keyed, so that nobody can pick a user name of a good cohort. The idea is that of the user priority in
/// H. Zhou et al., "Overload Control for Scaling WeChat Microservices" (2018). Immutable, thread-safe.
/// </remarks>
public sealed class CohortKey
{
    /// <summary>The fewest characters of a secret.</summary>
    internal const int MinSecretLength = 16;

    private readonly SipKey _key;

    /// <summary>A key made from a secret that the services share.</summary>
    /// <param name="secret">Any text of at least 16 characters.</param>
    /// <exception cref="ArgumentNullException"><paramref name="secret"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="secret"/> is shorter.</exception>
    public CohortKey(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Length < MinSecretLength)
        {
            throw new ArgumentException($"A cohort key of {secret.Length} characters can be guessed: it must have at least {MinSecretLength}.", nameof(secret));
        }

        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(secret), hash);
        _key = new SipKey(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]));
    }

    private CohortKey(SipKey key) => _key = key;

    /// <summary>A key that is random for this process: cohorts are the same for all its policies and differ from those of every other process.</summary>
    public static CohortKey OfProcess { get; } = new(SipKey.OfProcess);

    /// <summary>The cohort of a user at a moment, 0 to 127.</summary>
    /// <param name="user">What names the user at every service, such as a user id; never a session, which a user can have anew.</param>
    /// <param name="now">The time of day; clocks that differ by seconds split a user's chain for as many seconds an hour.</param>
    /// <exception cref="ArgumentNullException"><paramref name="user"/> is null.</exception>
    public byte CohortOf(string user, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(user);
        return CohortOf(SipHash.Compute(MemoryMarshal.AsBytes(user.AsSpan()), _key), now.ToUnixTimeSeconds());
    }

    /// <summary>The cohort of a user at a moment, 0 to 127.</summary>
    /// <param name="user">The user's number at every service.</param>
    /// <param name="now">The time of day.</param>
    public byte CohortOf(long user, DateTimeOffset now) => CohortOf(SipHash.Compute((ulong)user, _key), now.ToUnixTimeSeconds());

    private byte CohortOf(ulong userHash, long unixSeconds) =>
        (byte)(SipHash.Compute(userHash, CohortEpoch.Of(userHash, unixSeconds), _key) & (AdmissionRequest.CohortCount - 1));
}
