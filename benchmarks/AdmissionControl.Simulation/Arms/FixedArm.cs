using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Arms;

/// <summary>A limit that never moves.</summary>
/// <param name="limit">Requests at once; infinite for none at all.</param>
internal sealed class FixedArm(double limit) : CountingArm
{
    // What a careful operator leaves for the queue, so that a core that becomes free finds work.
    private const int Headroom = 4;

    public override double Limit => limit;

    /// <summary>The limit of an operator who knows the service: the cores of its slowest station, what stands at the others by Little's law, and four more.</summary>
    public static int HandTuned(Scenario scenario)
    {
        Phase phase = scenario.Phases[0];
        StageSpec bottleneck = scenario.Stages.MinBy(stage => stage.Capacity(phase))!;
        double elsewhere = scenario.BareLatency(phase) - (bottleneck.Service.Mean * phase.ServiceFactor);

        // Less a thousandth, or rounding of an even number would make one more of it.
        return bottleneck.Kind != StageKind.Delay
            ? (phase.Cores ?? bottleneck.Cores) + (int)Math.Ceiling((bottleneck.Capacity(phase) * elsewhere) - 0.001) + Headroom
            : throw new FormatException($"The scenario {scenario.Name} has only delays, so no limit can be tuned to it; give it a stage with cores.");
    }

    protected override bool HasRoom(long now) => InFlight < limit;

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
    }
}
