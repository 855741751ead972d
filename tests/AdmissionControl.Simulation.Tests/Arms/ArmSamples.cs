using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Tests.Arms;

/// <summary>Requests for an arm, without a plant.</summary>
internal static class ArmSamples
{
    public const long Millisecond = VirtualTime.Second / 1000;

    public static bool TryAdmit(this Arm arm, long now = 0)
    {
        var admission = default(Admission);
        return arm.TryAdmit(now, RequestPriority.Normal, ref admission);
    }

    /// <summary>A request ends that is in flight already.</summary>
    public static void End(
        this Arm arm, long now, double milliseconds, int inFlight = 1, AdmissionOutcome outcome = AdmissionOutcome.Success) =>
        arm.Complete(now, new Admission { AdmittedAt = now - (long)(milliseconds * Millisecond), InFlight = inFlight }, outcome);

    /// <summary>A request comes and ends, which says that it took so long, with so many in flight when it began.</summary>
    public static void Sample(
        this Arm arm, long now, double milliseconds, int inFlight = 1, AdmissionOutcome outcome = AdmissionOutcome.Success)
    {
        Assert.True(arm.TryAdmit(now));
        arm.End(now, milliseconds, inFlight, outcome);
    }
}
