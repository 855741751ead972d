using AdmissionControl.KeyedBuckets;
using AdmissionControl.Timing;

namespace AdmissionControl.Benchmarks.KeyedBuckets;

/// <summary>What strangers do.</summary>
public enum FloodKind
{
    /// <summary>Every request comes from a new key.</summary>
    OneRequestEach,

    /// <summary>Every new key uses up its burst, and so is harder to forget than a client who owes little.</summary>
    BurstEach,

    /// <summary>Every new key is one that falls into the same place as all others under a hash without a secret: equal in its low 32 bits.</summary>
    CollidingUnderAnUnkeyedHash,
}

/// <summary>What became of the clients.</summary>
public sealed record FloodReport(
    FloodKind Kind, int Entries, long Strangers, long ClientRequests, long ClientRequestsLost, double WorstClientLostShare, long LiveEvictions)
{
    /// <summary>The share of the clients' requests that were refused.</summary>
    public double LostShare => (double)ClientRequestsLost / ClientRequests;
}

/// <summary>
/// A thousand clients at 80% of their rate, and a flood of strangers between any two of their requests, in virtual time, through the shipped table. The tests run it small, and the
/// benchmarks' program at full size.
/// </summary>
public static class Flood
{
    private const int Clients = 1_000;
    private const double Rate = 10;
    private const int Burst = 10;
    private const double ClientLoad = 0.8;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Runs until ten times as many strangers as the table has entries have come, and the clients have made 50 requests each at least.</summary>
    public static FloodReport Run(FloodKind kind, long memoryBytes, int seed)
    {
        var random = new Random(seed);
        var clock = new VirtualClock();
        var table = new KeyedTokenBuckets<long>(Rate, Burst, memoryBytes, KeyHasher.Default<long>(), clock);
        long strangersToCome = 10L * table.Capacity;
        const int RequestsPerClient = 50;
        double strangersPerClientRequest = (double)strangersToCome / (Clients * RequestsPerClient);
        long strangers = 0, lost = 0, requests = 0;
        long[] asked = new long[Clients], refused = new long[Clients];
        double debtOfStrangers = 0;
        while (strangers < strangersToCome || requests < Clients * RequestsPerClient)
        {
            // The clients' requests arrive evenly in sum, and at random among them, but none above its rate: each in its turn, with some jitter.
            clock.Advance((long)(NanosecondsPerSecond / (Clients * Rate * ClientLoad) * (0.5 + random.NextDouble())));
            int client = (int)(requests++ % Clients);
            asked[client]++;
            if (!table.TryTake(-1 - client))
            {
                lost++;
                refused[client]++;
            }

            for (debtOfStrangers += strangersPerClientRequest; debtOfStrangers >= 1; debtOfStrangers--)
            {
                long key = kind == FloodKind.CollidingUnderAnUnkeyedHash ? strangers << 32 : strangers;
                strangers++;
                for (int i = kind == FloodKind.BurstEach ? Burst : 1; i > 0; i--)
                {
                    table.TryTake(key + 1);
                }
            }
        }

        double worst = Enumerable.Range(0, Clients).Max(i => (double)refused[i] / asked[i]);
        return new FloodReport(kind, table.Capacity, strangers, requests, lost, worst, table.LiveEvictions);
    }

    /// <summary>Moves when it is told to.</summary>
    private sealed class VirtualClock : AdmissionClock
    {
        private long _now = Start;

        public override long CoarseTick => 0;

        public override long Coarse => _now;

        public override long Precise => _now;

        public void Advance(long nanoseconds) => _now += nanoseconds;

        public override long FromTimestamp(long timestamp) => timestamp;
    }
}
