namespace AdmissionControl;

/// <summary>What the work of an admitted request tells about load, once it is done.</summary>
public enum AdmissionOutcome : byte
{
    /// <summary>The work was done; its latency is a fair sample.</summary>
    Success = 0,

    /// <summary>The other side is overloaded: a timeout, a 429 or 503, a refused connection. It pulls the limit down.</summary>
    Overloaded = 1,

    /// <summary>Says nothing about load, such as a caller that left or a malformed request. The permit is released, and its latency counts for nothing.</summary>
    Ignored = 2,
}
