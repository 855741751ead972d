namespace AdmissionControl.Queueing;

/// <summary>A queue in front of a gate or a bucket, as these see it: somebody to tell when permits or tokens have come back, or limits have changed.</summary>
internal interface IWaitQueue
{
    /// <summary>Grants whatever can be granted now. Called from any thread, outside every lock of the caller.</summary>
    void Pump();
}
