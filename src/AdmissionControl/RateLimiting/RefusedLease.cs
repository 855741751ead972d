using System.Threading.RateLimiting;

namespace AdmissionControl.RateLimiting;

/// <summary>A refusal in the platform's words: why, and when to come back, if that can be foretold.</summary>
/// <param name="reason">Why.</param>
/// <param name="retryAfter">When to come back, rounded up; null when nobody can tell, or never.</param>
/// <remarks>Holds nothing. Immutable.</remarks>
internal sealed class RefusedLease(RejectionReason reason, TimeSpan? retryAfter) : RateLimitLease
{
    private static readonly string[] ReasonOnly = [MetadataName.ReasonPhrase.Name];
    private static readonly string[] ReasonAndTime = [MetadataName.ReasonPhrase.Name, MetadataName.RetryAfter.Name];

    public override bool IsAcquired => false;

    public override IEnumerable<string> MetadataNames => retryAfter is null ? ReasonOnly : ReasonAndTime;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.ReasonPhrase.Name ? Phrase(reason)
            : metadataName == MetadataName.RetryAfter.Name ? retryAfter
            : null;
        return metadata is not null;
    }

    private static string Phrase(RejectionReason reason) => reason switch
    {
        RejectionReason.PartitionRate or RejectionReason.Rate => "Rate limit reached",
        RejectionReason.Shed => "Shed for more important requests",
        RejectionReason.ConcurrencyLimit => "Concurrency limit reached",
        RejectionReason.QueueFull => "Queue limit reached",
        RejectionReason.QueueTimeout => "Waited too long",
        RejectionReason.DeadlineUnreachable => "The wait would be too long",
        RejectionReason.Displaced => "Displaced from the queue",
        RejectionReason.ShuttingDown => "Shutting down",
        _ => "Refused by the last stage",
    };
}
