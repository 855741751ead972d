using System.Globalization;

namespace AdmissionControl.TokenBuckets;

/// <summary>What a <see cref="TokenBucket"/> can hold, and how to say so.</summary>
internal static class BucketLimits
{
    public static string Describe(double permitsPerSecond, int burst) =>
        string.Create(CultureInfo.InvariantCulture, $"rate {permitsPerSecond} permits a second with burst {burst}");

    public static void ThrowIfOutOfRange(double permitsPerSecond, int burst)
    {
        if (!(permitsPerSecond >= TokenBucket.MinPermitsPerSecond && permitsPerSecond <= TokenBucket.MaxPermitsPerSecond))
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitsPerSecond),
                $"A bucket cannot hold {Describe(permitsPerSecond, burst)}: the rate must be from 1 a day to 1000000000 a second.");
        }

        if (burst < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(burst), $"A bucket cannot hold {Describe(permitsPerSecond, burst)}: the burst must be at least 1.");
        }
    }
}
