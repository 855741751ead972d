namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What became of a request that was sent.</summary>
internal enum Answer
{
    /// <summary>200.</summary>
    Served,

    /// <summary>503.</summary>
    Refused,

    /// <summary>Anything else, or no answer.</summary>
    Failed,
}
