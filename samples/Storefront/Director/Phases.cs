using Storefront.Wire;

namespace Storefront.Director;

/// <summary>The story in phases: calm, flood, calm again.</summary>
internal static class Phases
{
    public const string Capacity = "capacity";
    public const string Calm = "calm";
    public const string Flood = "flood";
    public const string CalmAgain = "calm again";

    public const double CalmLoad = 0.5;
    public const double FloodLoad = 5;

    /// <summary>A flood shorter than this says nothing about the marks.</summary>
    public const int ShortestJudgedFlood = 30;

    /// <summary>The numbers of workers that look for the capacity: the largest is twice the most backend connections that the marks are shown for, and more.</summary>
    public static readonly IReadOnlyList<int> CapacityWorkers = [8, 16, 32, 64];

    public static double CapacitySeconds(int floodSeconds) => floodSeconds < ShortestJudgedFlood ? 1 : 2;

    public static IReadOnlyList<Phase> Of(double capacity, int floodSeconds)
    {
        double calm = Math.Clamp(floodSeconds / 4, 2, 15);
        return
        [
            new(Calm, capacity * CalmLoad, calm),
            new(Flood, capacity * FloodLoad, floodSeconds),
            new(CalmAgain, capacity * CalmLoad, calm),
        ];
    }
}
