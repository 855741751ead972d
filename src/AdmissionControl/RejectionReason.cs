namespace AdmissionControl;

/// <summary>Why a request was not admitted.</summary>
public enum RejectionReason : byte
{
    /// <summary>The request was admitted.</summary>
    None = 0,

    /// <summary>This partition's own rate is used up: the caller's own fault (HTTP 429).</summary>
    PartitionRate = 1,

    /// <summary>Triage: the share of the limit that this priority may use is taken, though more important requests may still pass (HTTP 503).</summary>
    Shed = 2,

    /// <summary>The policy's rate has no tokens left for this priority (HTTP 429).</summary>
    Rate = 3,

    /// <summary>Every permit of the concurrency limit is taken (HTTP 503).</summary>
    ConcurrencyLimit = 4,

    /// <summary>The wait queue is full of requests that are at least as important (HTTP 503).</summary>
    QueueFull = 5,

    /// <summary>The request waited for as long as the policy allows (HTTP 503).</summary>
    QueueTimeout = 6,

    /// <summary>The request's own deadline has passed, on arrival or while it waited; or it was clear on arrival that its turn would come after the deadline or the longest wait (HTTP 503).</summary>
    DeadlineUnreachable = 7,

    /// <summary>A more important request took this one's place in the wait queue (HTTP 503).</summary>
    Displaced = 8,

    /// <summary>The caller cancelled while waiting.</summary>
    Cancelled = 9,

    /// <summary>The controller was disposed, or the host is stopping (HTTP 503).</summary>
    ShuttingDown = 10,

    /// <summary>The platform's limiter at the end of the policy gave no permit (HTTP 503).</summary>
    LastStage = 11,
}
