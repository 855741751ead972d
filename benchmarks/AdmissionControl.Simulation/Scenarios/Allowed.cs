using System.Globalization;

namespace AdmissionControl.Simulation.Scenarios;

/// <summary>The ranges of a scenario's values. What is refused is named as the file names it.</summary>
internal static class Allowed
{
    public static void Number(string property, double? value, double least, double most, string unit = "")
    {
        // Not a number is in no range.
        if (value is { } number && !(number >= least && number <= most))
        {
            string suffix = unit is "s" ? " s" : unit;
            throw new FormatException($"{property} is {Text(number)}{suffix}; allowed is from {Text(least)} to {Text(most)}{suffix}.");
        }
    }

    public static void Count(string property, int count, int least, int most)
    {
        if (count < least || count > most)
        {
            throw new FormatException($"{property} has {count} entries; allowed are {least} to {most}.");
        }
    }

    public static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
