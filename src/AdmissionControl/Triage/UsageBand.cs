using System.Numerics;

namespace AdmissionControl.Triage;

/// <summary>How many times its fair share somebody uses, in powers of two: band 0 is below twice the share, band 1 below four times, and so on.</summary>
internal static class UsageBand
{
    public const int Count = 8;
    public const int Heaviest = Count - 1;

    /// <summary>The band of a usage.</summary>
    /// <param name="usage">What one used.</param>
    /// <param name="served">What all got, in the same unit. Nothing served is no share to measure by: then the band is 0.</param>
    /// <param name="sharers">Those among whom it is divided: at least 1.</param>
    public static int Of(uint usage, ulong served, uint sharers)
    {
        // usage / (served / sharers), without a division.
        ulong times = (ulong)usage * sharers;
        if (times < served || served == 0)
        {
            return 0;
        }

        int band = BitOperations.Log2(times) - BitOperations.Log2(served);
        return Math.Min(served << band > times ? band - 1 : band, Heaviest);
    }
}
