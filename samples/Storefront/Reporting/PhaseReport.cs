using Storefront.LoadBalancer;
using Storefront.Wire;

namespace Storefront.Reporting;

/// <summary>A phase of one arm, first second included. Customers and pings belong to the phase that they were sent in.</summary>
internal sealed record PhaseReport(
    string Name,
    double Seconds,
    double OfferedPerSecond,
    double GoodputPerSecond,
    IReadOnlyList<ClassFigures> Classes,
    ClassFigures Total,
    PingFigures Pings,
    double OutOfRotationSeconds,
    SopReport Sop,
    GeneratorFigures Generator,
    StallReport Director);

/// <summary>SOP during a phase.</summary>
internal sealed record SopReport(int Outages, double DarkSeconds, long Arrived, long Served, long Refused);

/// <summary>The director's own stalls.</summary>
internal sealed record StallReport(long Stalls, double WorstMs);
