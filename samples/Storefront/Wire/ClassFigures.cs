namespace Storefront.Wire;

/// <summary>What customers of one class met. Latencies count from the intended send time.</summary>
/// <param name="Class">The class, or "total".</param>
/// <param name="Offered">First tries.</param>
/// <param name="Retries">Further tries of customers who were refused or had given up.</param>
/// <param name="Served">Answered 200 within the customer's patience.</param>
/// <param name="Refused">Answered 429 or 503.</param>
/// <param name="RefusedByBalancer">Turned away by the load balancer while the shop was out of rotation.</param>
/// <param name="GaveUp">Left without an answer.</param>
/// <param name="Failed">Anything else: another status, a broken connection.</param>
/// <param name="P50Ms">Median latency of the served.</param>
/// <param name="P99Ms">99th percentile of latency of the served.</param>
/// <param name="P99WithGivenUpMs">The same with those who gave up counted at their patience, so that nobody drops out of it by waiting too long.</param>
internal sealed record ClassFigures(
    string Class,
    long Offered,
    long Retries,
    long Served,
    long Refused,
    long RefusedByBalancer,
    long GaveUp,
    long Failed,
    double P50Ms,
    double P99Ms,
    double P99WithGivenUpMs);
