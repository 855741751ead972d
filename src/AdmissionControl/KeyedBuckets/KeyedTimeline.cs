using System.Numerics;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.KeyedBuckets;

/// <summary>The time line that all buckets of a table share, in units that a 32-bit word can count: see <see cref="KeyedTokenBuckets"/>.</summary>
internal static class KeyedTimeline
{
    private const double MicrosecondsPerSecond = 1e6;
    private const double NanosecondsPerSecond = 1e9;
    private const int LeastPermitBits = 4;

    public static TokenTimeline Create(double permitsPerSecond, int burst, long coarseTick)
    {
        ThrowIfOutOfRange(permitsPerSecond, burst);
        int mostPermits = burst + (int)Math.Ceiling(permitsPerSecond * coarseTick / NanosecondsPerSecond);

        // Half of what may be owed; one bit less for a tick that covers a unit more than its length.
        int bitsForDebt = BucketSets.EpochBits - 1 - Length(mostPermits);
        int bitsForUnit = Math.Max(LeastPermitBits, Math.ILogB(MicrosecondsPerSecond / permitsPerSecond));
        return new TokenTimeline(permitsPerSecond, burst, coarseTick, distanceBits: Math.Min(bitsForDebt, bitsForUnit) + Length(burst));
    }

    private static int Length(int value) => BitOperations.Log2((uint)value) + 1;

    private static void ThrowIfOutOfRange(double permitsPerSecond, int burst)
    {
        if (!(permitsPerSecond >= KeyedTokenBuckets.MinPermitsPerSecond && permitsPerSecond <= KeyedTokenBuckets.MaxPermitsPerSecond))
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitsPerSecond),
                $"Keyed buckets cannot hold {TokenBucket.Describe(permitsPerSecond, burst)}: the rate must be from 1 a day to 1000000 a second.");
        }

        if (burst is < 1 or > KeyedTokenBuckets.MaxBurst)
        {
            throw new ArgumentOutOfRangeException(
                nameof(burst), $"Keyed buckets cannot hold {TokenBucket.Describe(permitsPerSecond, burst)}: the burst must be from 1 to 1000000.");
        }
    }
}
