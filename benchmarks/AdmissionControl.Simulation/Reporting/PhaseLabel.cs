using System.Globalization;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>A phase in a few characters: its load, and what is not as in the file's stages.</summary>
internal static class PhaseLabel
{
    public static string Of(Phase phase)
    {
        string load = phase.Rate is { } rate ? $"{Text(rate)}/s" : $"{Text(phase.Load)}x";
        List<string> parts = [phase.LoadAtEnd is { } end ? $"{Text(phase.Load)}..{Text(end)}x" : load];
        if (phase.Cores is { } cores)
        {
            parts.Add($"{cores} cores");
        }

        Add("service", phase.ServiceFactor);
        Add("delay", phase.DelayFactor);
        if (phase.FailsFast)
        {
            parts.Add("fails");
        }

        if (phase.DownstreamRate is { } downstream)
        {
            parts.Add($"{Text(downstream)}/s behind");
        }

        return string.Join(", ", parts);

        void Add(string what, double factor)
        {
            if (factor != 1)
            {
                parts.Add($"{what} x{Text(factor)}");
            }
        }
    }

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
