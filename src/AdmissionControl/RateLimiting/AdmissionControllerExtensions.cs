using System.Threading.RateLimiting;
using AdmissionControl.RateLimiting;

namespace AdmissionControl;

/// <summary>Controllers for whoever speaks <c>System.Threading.RateLimiting</c>.</summary>
public static class AdmissionControllerExtensions
{
    /// <summary>
    /// The controller as one of the platform's limiters: for Polly, for ASP.NET Core's rate limiting, for anything that takes a
    /// <see cref="RateLimiter"/>.
    /// </summary>
    /// <remarks>
    /// The controller stays the caller's: others may use it at the same time, and disposing a limiter ends its own waits only; leases that
    /// are out still complete. The permits asked for are the cost of one request without a partition.
    /// <see cref="RateLimiter.AcquireAsync"/> waits in the policy's own queue, by its order and bounds, if it has one. More permits than
    /// the algorithm's largest limit, the rate's burst or <see cref="AdmissionRequest.MaxCost"/> throw
    /// <see cref="ArgumentOutOfRangeException"/>; more than the limit in force wait or are refused, unless nothing else is in flight; none
    /// ask whether a request of cost 1 would be admitted, or wait until it would be, and take none. A success is one object of 48 bytes. A
    /// refusal has <see cref="MetadataName.ReasonPhrase"/>, and <see cref="MetadataName.RetryAfter"/>, rounded up, when the policy can give
    /// a time. Available and queued permits are the controller's, for the limiter's priority; the totals count this limiter's leases. Idle
    /// means that nothing is in flight, nobody waits and the policy's bucket, if any, is full, and counts from the end of this limiter's
    /// last lease, by the coarse clock. Thread-safe.
    /// </remarks>
    /// <param name="controller">The controller.</param>
    /// <param name="priority">The priority of everything that asks through this limiter.</param>
    /// <param name="disposalOutcome">
    /// What the disposal of a lease tells the policy, for want of a better word in this interface: <see cref="AdmissionOutcome.Success"/>,
    /// the default, so that its time is a sample of latency, or <see cref="AdmissionOutcome.Ignored"/> where that time says nothing about
    /// load. An adaptive limit learns more from <see cref="AdmissionLease.Complete(AdmissionOutcome)"/> on a lease of its own kind, which
    /// can tell an overload.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="controller"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="priority"/> is none of the five, or <paramref name="disposalOutcome"/> neither
    /// <see cref="AdmissionOutcome.Success"/> nor <see cref="AdmissionOutcome.Ignored"/>.
    /// </exception>
    public static RateLimiter AsRateLimiter(
        this AdmissionController controller,
        RequestPriority priority = RequestPriority.Normal,
        AdmissionOutcome disposalOutcome = AdmissionOutcome.Success)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return new ControllerRateLimiter(controller, priority, disposalOutcome);
    }
}
