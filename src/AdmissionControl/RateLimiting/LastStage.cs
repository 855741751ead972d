using System.Threading.RateLimiting;

namespace AdmissionControl.RateLimiting;

/// <summary>Any of the platform's limiters as the last stage of a policy. It is only ever tried: its own queue is not used, and what it gave cannot be given back.</summary>
/// <remarks>Thread-safe, as the limiter is. The limiter belongs to whoever built it and is not disposed here.</remarks>
internal sealed class LastStage
{
    private readonly RateLimiter? _limiter;
    private readonly PartitionedRateLimiter<AdmissionRequest>? _partitioned;

    public LastStage(RateLimiter limiter) => _limiter = limiter;

    public LastStage(PartitionedRateLimiter<AdmissionRequest> limiter) => _partitioned = limiter;

    /// <summary>Asks for permits.</summary>
    /// <param name="request">The request.</param>
    /// <param name="permits">As many as the request costs; none to ask only whether there is one.</param>
    /// <param name="lease">What to dispose when the work is done; null when refused.</param>
    /// <param name="retryAfter">What the limiter says about when to come back; zero when it says nothing.</param>
    public bool TryAcquire(in AdmissionRequest request, int permits, out RateLimitLease? lease, out TimeSpan retryAfter)
    {
        lease = null;
        retryAfter = TimeSpan.Zero;
        RateLimitLease answer;
        try
        {
            answer = _limiter is not null ? _limiter.AttemptAcquire(permits) : _partitioned!.AttemptAcquire(request, permits);
        }
        catch (ArgumentOutOfRangeException)
        {
            // How the platform's limiters say that a cost is more than they can ever give.
            retryAfter = TimeSpan.MaxValue;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        if (answer.IsAcquired)
        {
            lease = answer;
            return true;
        }

        if (answer.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after))
        {
            retryAfter = after;
        }

        answer.Dispose();
        return false;
    }
}
