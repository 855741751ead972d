using MathNet.Numerics.Random;

namespace AdmissionControl.Simulation.Plants;

/// <summary>The streams of random numbers of a run. One stream a purpose, so that every arm meets the same arrivals and the same work.</summary>
internal static class Draws
{
    public const int Arrivals = 0;
    public const int Bursts = 1;
    public const int Priorities = 2;
    public const int Clients = 3;
    public const int Arms = 4;
    public const int Stage = 10;

    public static Random Of(int seed, int purpose)
    {
        // SplitMix64's finaliser keeps streams of neighbouring seeds apart.
        ulong z = unchecked(((ulong)(uint)seed * 0x9E3779B97F4A7C15UL) + ((ulong)(uint)purpose * 0xD1B54A32D192ED03UL));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return new Xoshiro256StarStar((int)(z ^ (z >> 31)) & int.MaxValue, threadSafe: false);
    }
}
