namespace AdmissionControl.Simulation.Arms;

/// <summary>What an arm remembers of a request that it admitted.</summary>
internal struct Admission
{
    /// <summary>The lease, of an arm that is a controller.</summary>
    public AdmissionLease Lease;

    /// <summary>When it was admitted, nanoseconds.</summary>
    public long AdmittedAt;

    /// <summary>How many were in flight then, itself included.</summary>
    public int InFlight;
}
