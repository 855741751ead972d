using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Queueing;

/// <summary>Permits of a token bucket. A bucket does not know who waits: the queue keeps newcomers behind.</summary>
internal sealed class BucketSource(TokenBucket bucket) : IPermitSource
{
    public bool TryTake(int permits, out TimeSpan retryAfter) =>
        permits == 0 ? bucket.Has(1, out retryAfter) : bucket.TryTake(permits, out retryAfter);

    public bool TryGrant(int permits, out TimeSpan retryAfter) => TryTake(permits, out retryAfter);

    public void AddWaiter()
    {
    }

    public void RemoveWaiter()
    {
    }

    public void Attach(IWaitQueue queue) => bucket.Attach(queue);

    public void Detach(IWaitQueue queue) => bucket.Detach(queue);
}
