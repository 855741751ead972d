namespace Storefront.LoadBalancer;

/// <summary>One ping: whether any answer came within the timeout, and whether it was a good one.</summary>
internal readonly record struct Ping(TimeSpan Latency, bool Answered, bool Succeeded);

/// <summary>Pings of a phase or an interval.</summary>
/// <param name="Count">All pings.</param>
/// <param name="P99Ms">99th percentile of latency, an unanswered one at its timeout.</param>
/// <param name="MaxMs">The slowest.</param>
/// <param name="Unanswered">Without an answer within the timeout.</param>
/// <param name="Missed">Failed for any reason: unanswered, not 200, no connection.</param>
internal sealed record PingFigures(long Count, double P99Ms, double MaxMs, long Unanswered, long Missed);
