namespace AdmissionControl.Simulation.Arms;

/// <summary>Tells another arm that what ended later than the objective was overloaded.</summary>
/// <param name="inner">The arm that decides.</param>
/// <param name="objective">The longest good latency, nanoseconds.</param>
internal sealed class ObjectiveArm(Arm inner, long objective) : Arm
{
    public override double Limit => inner.Limit;

    public override int InFlight => inner.InFlight;

    public override bool TryAdmit(long now, RequestPriority priority, ref Admission admission) => inner.TryAdmit(now, priority, ref admission);

    public override void Complete(long now, in Admission admission, AdmissionOutcome outcome)
    {
        bool isLate = outcome == AdmissionOutcome.Success && now - admission.AdmittedAt > objective;
        inner.Complete(now, admission, isLate ? AdmissionOutcome.Overloaded : outcome);
    }

    public override void Dispose()
    {
        inner.Dispose();
        base.Dispose();
    }
}
