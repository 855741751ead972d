using Storefront.Wire;

namespace Storefront.Roles;

/// <summary>Sends a child's figures to the director at a steady pace.</summary>
internal static class ReportingLoop
{
    /// <summary>Two figures a second: fine enough for a chart, coarse enough for counts of a 10/s system to be smooth.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(ParentLink director, Func<Line> figures, TimeProvider clock)
    {
        using PeriodicTimer timer = new(Period, clock);
        while (await timer.WaitForNextTickAsync())
        {
            director.Send(figures());
        }
    }
}
