using AdmissionControl.Hosting;
using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Plants;

/// <summary>The host's witness of a plant, as the shipped code asks it.</summary>
internal sealed class PlantWitness(HostTicks ticks, VirtualTime time) : IHostWitness
{
    public TimeSpan? Delay => ticks.Median(time.Now) is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : null;
}
