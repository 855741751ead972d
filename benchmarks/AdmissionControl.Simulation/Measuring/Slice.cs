namespace AdmissionControl.Simulation.Measuring;

/// <summary>A short stretch of a run.</summary>
internal struct Slice
{
    public int Offered;
    public int Refused;
    public int Answered;
    public int Good;
    public long Latency;
    public double Limit;
    public int InFlight;
}
