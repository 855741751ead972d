namespace AdmissionControl.LoadedHost;

/// <summary>What a request does.</summary>
internal enum WorkKind
{
    /// <summary>5 ms of a core.</summary>
    Cpu,

    /// <summary>2.5 ms of a core, 20 ms of waiting without a thread, 2.5 ms of a core.</summary>
    Awaiting,

    /// <summary>20 ms of a blocked thread.</summary>
    Blocking,
}
