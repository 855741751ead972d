using AdmissionControl.Hosting;
using AdmissionControl.Policies;
using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Arms;

/// <summary>The shipped controller, on virtual time.</summary>
internal sealed class ControllerArm : Arm
{
    private readonly AdmissionController _controller;

    public ControllerArm(AdmissionPolicyOptions options, VirtualTime time, IHostWitness? witness = null) =>
        _controller = new AdmissionController("lab", options, time, new VirtualClock(time), logger: null, witness);

    public override double Limit => _controller.Stages.Gate.Limit;

    public override int InFlight => _controller.Stages.Gate.InFlight;

    public override bool TryAdmit(long now, RequestPriority priority, ref Admission admission)
    {
        admission.Lease = _controller.TryAdmit(new AdmissionRequest(priority));
        return admission.Lease.IsAdmitted;
    }

    public override void Complete(long now, in Admission admission, AdmissionOutcome outcome) => admission.Lease.Complete(outcome);

    public override void Dispose()
    {
        _controller.Dispose();
        base.Dispose();
    }
}
