namespace AdmissionControl;

/// <summary>How important the work is that the running code belongs to, so that the calls it makes can be as important.</summary>
/// <remarks>
/// The value follows the flow of execution, as that of an <see cref="AsyncLocal{T}"/> does: into everything that is called, awaited or started, and not back to the caller of an asynchronous method. The middleware
/// of ASP.NET Core sets it when its option says so, and the handler for <c>HttpClient</c> reads it. A consumer of a queue sets it for each message; a job that a request starts and nobody waits for sets it to null or
/// to something lower. Thread-safe.
/// </remarks>
public static class AdmissionFlow
{
    private static readonly AsyncLocal<AdmissionRequest?> Flowing = new();

    /// <summary>
    /// The request that is served; null, the default, when there is none or nobody said. Only its <see cref="AdmissionRequest.Priority"/> and its <see cref="AdmissionRequest.Cohort"/> are of use to others: cost,
    /// partition and deadline belong to the policy that admitted it, and a probe's calls are no probes. Reading costs a few nanoseconds; setting allocates.
    /// </summary>
    public static AdmissionRequest? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }
}
