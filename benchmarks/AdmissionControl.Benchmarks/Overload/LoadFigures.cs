namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What the load generator saw in one span of time, by the times at which requests were due.</summary>
/// <param name="OfferedPerSecond">Requests that were due.</param>
/// <param name="GoodputPerSecond">Answered with 200 within the objective.</param>
/// <param name="RefusedShare">Answered with 503, of those offered.</param>
/// <param name="LostShare">Not sent because too many were out, or not answered, of those offered.</param>
/// <param name="AdmittedP50Ms">The median latency of all that were answered with 200; null when none was.</param>
/// <param name="AdmittedP99Ms">Their 99th percentile.</param>
/// <param name="LatenessP99Ms">By how much the generator was late: the 99th percentile.</param>
internal sealed record LoadFigures(
    double OfferedPerSecond,
    double GoodputPerSecond,
    double RefusedShare,
    double LostShare,
    double? AdmittedP50Ms,
    double? AdmittedP99Ms,
    double LatenessP99Ms);
