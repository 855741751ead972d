using System.Globalization;

namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>The text of one step.</summary>
internal static class StoryText
{
    // Packed words are read by their halves.
    private const long LargestPlain = 1_000_000;

    public static string Of<T>(in Place place, T before, T after, string? remark)
    {
        string old = Value(before);
        string now = Value(after);
        string change = place.What.Length == 0 ? "" : old == now ? $" = {old}" : $": {old} -> {now}";
        return $"{place}{change}{(remark is null ? "" : $", {remark}")}";
    }

    private static string Value<T>(T value) => value switch
    {
        null => "null",
        long.MaxValue => "max",
        long.MinValue => "min",
        long n when Math.Abs(n) >= LargestPlain => $"0x{n >> 32:X}'{(uint)n:X8}",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => typeof(T).Name,
    };
}
