using Storefront.Measuring;
using Storefront.Sop;
using Storefront.Wire;

namespace Storefront.Reporting;

/// <summary>What the run with control must reach, over the whole flood, its first second included.</summary>
internal static class Marks
{
    public const double MostPingP99Ms = 200;
    public const double LeastShareOfSop = 0.9;
    public const double LeastShareOfCapacity = 0.9;
    public const double MostAdmittedP99Ms = 1000;

    /// <summary>Beyond this the crowd did not keep its schedule, and the run cannot be judged.</summary>
    public const double MostLatenessP99Ms = 20;

    /// <param name="with">The run with control.</param>
    /// <param name="capacity">The larger of the capacities that the runs measured, a second.</param>
    public static IReadOnlyList<Mark> Judge(ArmReport with, double capacity)
    {
        PhaseReport flood = with.Flood;
        ClassFigures checkout = flood.Classes.Single(c => c.Class == "checkout");
        double leastOrders = LeastShareOfSop * SopModel.OrdersPerSecond * flood.Seconds;
        double leastGoodput = LeastShareOfCapacity * capacity;
        int outages = with.Phases.Sum(phase => phase.Sop.Outages);
        return
        [
            AtMost("pings, p99", flood.Pings.P99Ms, MostPingP99Ms, "ms"),
            AtMost("pings unanswered for 1 s", flood.Pings.Unanswered, 0, "pings"),
            AtMost("time out of rotation", flood.OutOfRotationSeconds, 0, "s"),
            AtLeast("checkouts served in time", checkout.Served, leastOrders, "orders"),
            AtMost("SOP's outages (all phases)", outages, 0, "outages"),
            AtLeast("goodput, all classes", flood.GoodputPerSecond, leastGoodput, "/s"),
            new Mark("admitted requests, p99", flood.Total.P99WithGivenUpMs, $"< {MostAdmittedP99Ms:0.#}", "ms", flood.Total.P99WithGivenUpMs < MostAdmittedP99Ms),
        ];
    }

    /// <summary>Why the machine was too noisy to judge by this run; empty when it was not.</summary>
    public static IReadOnlyList<string> Noise(ArmReport with)
    {
        PhaseReport flood = with.Flood;
        List<string> noise = [];
        if (flood.Generator.LatenessP99Ms > MostLatenessP99Ms)
        {
            noise.Add($"the crowd sent late: p99 {flood.Generator.LatenessP99Ms:0.#} ms, at most {MostLatenessP99Ms} ms is good enough");
        }

        AddStalls(noise, "crowd", flood.Generator.Stalls, flood.Generator.WorstStallMs);
        AddStalls(noise, "director", flood.Director.Stalls, flood.Director.WorstMs);
        return noise;
    }

    private static void AddStalls(List<string> noise, string process, long stalls, double worstMs)
    {
        if (stalls > 0)
        {
            noise.Add($"the {process} stalled {stalls} times beyond {StallWatch.Threshold.TotalMilliseconds} ms, up to {worstMs:0} ms");
        }
    }

    private static Mark AtMost(string name, double measured, double bound, string unit) =>
        new(name, measured, $"<= {bound:0.#}", unit, measured <= bound);

    private static Mark AtLeast(string name, double measured, double bound, string unit) =>
        new(name, measured, $">= {bound:0.#}", unit, measured >= bound);
}
