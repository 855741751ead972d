namespace AdmissionControl.Queueing;

/// <summary>Where the permits of a <see cref="PermitQueue"/> come from: a bucket or a gate. Zero permits ask whether any is there and take none.</summary>
internal interface IPermitSource
{
    /// <summary>Takes permits for one who does not wait.</summary>
    /// <param name="permits">How many; 0 takes none.</param>
    /// <param name="retryAfter">When to come back, if that can be foretold; zero when it takes a release.</param>
    bool TryTake(int permits, out TimeSpan retryAfter);

    /// <summary>The same for one who was announced, who then no longer waits.</summary>
    bool TryGrant(int permits, out TimeSpan retryAfter);

    /// <summary>Somebody begins to wait: newcomers must not take what is due to them.</summary>
    void AddWaiter();

    /// <summary>Somebody who was announced waits no longer and got nothing.</summary>
    void RemoveWaiter();

    void Attach(IWaitQueue queue);

    void Detach(IWaitQueue queue);
}
