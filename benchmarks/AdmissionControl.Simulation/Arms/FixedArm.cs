using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Arms;

/// <summary>A limit that never moves.</summary>
/// <param name="limit">Requests at once; infinite for none at all.</param>
internal sealed class FixedArm(double limit) : CountingArm
{
    // What a careful operator leaves for the queue, so that a core that becomes free finds work.
    private const int Headroom = 4;

    public override double Limit => limit;

    /// <summary>
    /// The limit of an operator who knows the service: the cores of its slowest station, what stands at the others by Little's law, and four more. Where there are only delays, what stands there under the load of the first phase.
    /// </summary>
    public static int HandTuned(Scenario scenario)
    {
        Phase phase = scenario.Phases[0];
        StageSpec bottleneck = scenario.Stages.MinBy(stage => stage.Capacity(phase))!;
        if (bottleneck.Kind == StageKind.Delay)
        {
            return Whole(scenario.Arrivals(phase, 0) * scenario.BareLatency(phase)) + Headroom;
        }

        double elsewhere = scenario.BareLatency(phase) - (bottleneck.Service.Mean * phase.ServiceFactor);
        return (phase.Cores ?? bottleneck.Cores) + Whole(bottleneck.Capacity(phase) * elsewhere) + Headroom;
    }

    /// <summary>Rounded up, less a thousandth, or rounding of an even number would make one more of it.</summary>
    private static int Whole(double requests) => (int)Math.Ceiling(requests - 0.001);

    protected override bool HasRoom(long now) => InFlight < limit;

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
    }
}
