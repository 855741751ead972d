using System.Threading.RateLimiting;

namespace AdmissionControl.RateLimiting;

/// <summary>
/// A success. It has nothing to tell, and this class itself nothing to give back: tokens, which flow in again, or no permit at all.
/// </summary>
/// <remarks>One for everybody, so disposing it does nothing, any number of times. Thread-safe.</remarks>
internal class AcquiredLease : RateLimitLease
{
    /// <summary>The lease of everybody who holds nothing.</summary>
    public static readonly AcquiredLease Shared = new();

    private protected AcquiredLease()
    {
    }

    public sealed override bool IsAcquired => true;

    public sealed override IEnumerable<string> MetadataNames => [];

    public sealed override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }
}
