using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Measuring;

/// <summary>What comes or can be served, whichever is less: no limit has more good answers in the long run.</summary>
internal sealed class CapacityBound : IOracle
{
    public double[] GoodputPerPhase(Scenario scenario, int seed) => [.. scenario.Phases.Select(phase => Bound(scenario, phase))];

    private static double Bound(Scenario scenario, Phase phase)
    {
        if (scenario.Bursts is not { } bursts)
        {
            return Bound(scenario, phase, 1);
        }

        double on = bursts.MeanOn / (bursts.MeanOn + bursts.MeanOff);
        return ((1 - on) * Bound(scenario, phase, 1)) + (on * Bound(scenario, phase, bursts.Factor));
    }

    private static double Bound(Scenario scenario, Phase phase, double burst)
    {
        if (phase.FailsFast)
        {
            return 0;
        }

        double most = Math.Min(scenario.Capacity(phase), phase.DownstreamRate ?? double.PositiveInfinity);
        double start = scenario.Arrivals(phase, 0) * burst;
        double end = scenario.Arrivals(phase, phase.Duration) * burst;
        double least = Math.Min(start, end);
        double highest = Math.Max(start, end);
        if (highest <= most || least >= most)
        {
            return Math.Min((start + end) / 2, most);
        }

        // The load moves through the capacity: less than it on one side, all of it on the other.
        double below = (most - least) / (highest - least);
        return (below * (least + most) / 2) + ((1 - below) * most);
    }
}
