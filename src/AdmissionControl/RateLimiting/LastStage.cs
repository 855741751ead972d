using System.Threading.RateLimiting;
using AdmissionControl.Telemetry;

namespace AdmissionControl.RateLimiting;

/// <summary>Any of the platform's limiters as the last stage of a policy. It is only ever tried: its own queue is not used, and what it gave cannot be given back.</summary>
/// <remarks>
/// Nothing here throws. A limiter that does, or the partitioner of a partitioned one, has refused: it is asked while a permit and tokens are in hand, which an exception would
/// keep for ever, and it may be asked on a timer's thread, where an exception ends the process. Thread-safe, as the limiter is. The limiter belongs to whoever built it and is
/// not disposed here.
/// </remarks>
internal sealed class LastStage
{
    // How the platform's limiters name the parameter when a cost is more than they can ever give.
    private const string PermitCount = "permitCount";

    private readonly RateLimiter? _limiter;
    private readonly PartitionedRateLimiter<AdmissionRequest>? _partitioned;
    private readonly PolicyFaults? _faults;

    public LastStage(RateLimiter limiter) => _limiter = limiter;

    public LastStage(PartitionedRateLimiter<AdmissionRequest> limiter) => _partitioned = limiter;

    private LastStage(LastStage stage, PolicyFaults faults)
    {
        _limiter = stage._limiter;
        _partitioned = stage._partitioned;
        _faults = faults;
    }

    /// <summary>The same limiter, as one controller asks it.</summary>
    /// <param name="faults">Told what the limiter throws.</param>
    public LastStage For(PolicyFaults faults) => new(this, faults);

    /// <summary>Asks for permits.</summary>
    /// <param name="request">The request.</param>
    /// <param name="permits">As many as the request costs.</param>
    /// <param name="lease">What to <see cref="Release"/> when the work is done; null when refused.</param>
    /// <param name="retryAfter">What the limiter says about when to come back; zero when it says nothing.</param>
    public bool TryAcquire(in AdmissionRequest request, int permits, out RateLimitLease? lease, out TimeSpan retryAfter)
    {
        lease = null;
        retryAfter = TimeSpan.Zero;
        RateLimitLease? answer = null;
        try
        {
            answer = _limiter is not null ? _limiter.AttemptAcquire(permits) : _partitioned!.AttemptAcquire(request, permits);
            if (answer.IsAcquired)
            {
                lease = answer;
                return true;
            }

            if (answer.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after))
            {
                retryAfter = after;
            }
        }
        catch (ArgumentOutOfRangeException exception) when (exception.ParamName == PermitCount)
        {
            retryAfter = TimeSpan.MaxValue;
        }
        catch (Exception exception)
        {
            _faults?.ReportLastStage(exception);
        }

        Release(answer);
        return false;
    }

    /// <summary>Asks whether there is a permit, and takes none.</summary>
    public bool Has(in AdmissionRequest request, out TimeSpan retryAfter)
    {
        bool isThere = TryAcquire(request, permits: 0, out RateLimitLease? lease, out retryAfter);
        Release(lease);
        return isThere;
    }

    /// <summary>Disposes what the limiter gave, if anything.</summary>
    public void Release(RateLimitLease? lease)
    {
        try
        {
            lease?.Dispose();
        }
        catch (Exception exception)
        {
            _faults?.ReportLastStage(exception);
        }
    }
}
