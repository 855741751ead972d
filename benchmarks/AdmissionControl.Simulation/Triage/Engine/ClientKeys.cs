using System.Runtime.CompilerServices;
using AdmissionControl.Hashing;

namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>The partitions of clients and their networks, hashed with a key that follows from the seed.</summary>
/// <remarks>
/// <see cref="PartitionKey.From(long)"/> hashes with a key that is random per process, so that which clients share a counter of the fairness would differ from run to run. The
/// hash here is the same but for its key.
/// </remarks>
internal sealed class ClientKeys(int seed)
{
    private readonly SipKey _key = new((ulong)seed, 0x6C61626F7261746FUL);

    /// <summary>A client's partition.</summary>
    /// <param name="population">The clients' common name.</param>
    /// <param name="client">Which of them.</param>
    /// <param name="groups">How many networks they come from; 0 when that is not said.</param>
    public PartitionKey Of(string population, int client, int groups) =>
        Make(Hash(population, client), groups > 0 ? Hash($"{population}/network", client % groups) : 0);

    /// <summary>A client's cohort, the same at every service.</summary>
    public byte CohortOf(string population, int client) => (byte)(Hash($"{population}/cohort", client) % AdmissionRequest.CohortCount);

    private ulong Hash(string population, int number)
    {
        ulong hash = SipHash.Compute(System.Text.Encoding.UTF8.GetBytes(population), _key);
        return Math.Max(1, SipHash.Compute(hash ^ (uint)number, _key));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PartitionKey Make(ulong hash, ulong groupHash);
}
