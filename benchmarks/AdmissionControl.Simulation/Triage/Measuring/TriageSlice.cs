namespace AdmissionControl.Simulation.Triage.Measuring;

/// <summary>The requests of a stream that first came in a short stretch of time.</summary>
internal struct TriageSlice
{
    public int Offered;
    public int Good;
}
