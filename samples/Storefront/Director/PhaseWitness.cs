using Storefront.LoadBalancer;
using Storefront.Reporting;
using Storefront.Wire;

namespace Storefront.Director;

/// <summary>What the director itself sees of one phase: pings, rotation, SOP, its own stalls. The counts are since the arm's start.</summary>
internal sealed class PhaseWitness(string name, SopFigures sopAtStart, TimeSpan outAtStart)
{
    public string Name => name;

    public PingLedger Pings { get; } = new();

    public TimeSpan OutOfRotation { get; private set; }

    public SopReport? Sop { get; private set; }

    public (long Stalls, TimeSpan Worst) Stalls { get; private set; }

    public void Close(SopFigures sop, TimeSpan outOfRotation, (long Stalls, TimeSpan Worst) stalls)
    {
        Stalls = stalls;
        OutOfRotation = outOfRotation - outAtStart;
        Sop = new SopReport(
            sop.Outages - sopAtStart.Outages,
            Math.Round(sop.DarkSeconds - sopAtStart.DarkSeconds, 2),
            sop.Arrived - sopAtStart.Arrived,
            sop.Served - sopAtStart.Served,
            sop.Refused - sopAtStart.Refused);
    }

    public PhaseReport Report(PhaseFigures figures) => new(
        name,
        figures.Phase.Seconds,
        Math.Round(figures.Phase.PerSecond, 1),
        Math.Round(figures.Total.Served / figures.Phase.Seconds, 1),
        figures.Classes,
        figures.Total,
        Pings.Take(reset: false),
        Math.Round(OutOfRotation.TotalSeconds, 2),
        Sop!,
        figures.Generator,
        new StallReport(Stalls.Stalls, Math.Round(Stalls.Worst.TotalMilliseconds, 1)));
}
