using System.Globalization;

namespace AdmissionControl.Policies;

/// <summary>Reads an amount of memory: bytes, or a number with KB, MB or GB in powers of 1024.</summary>
internal static class MemorySize
{
    public static bool TryParse(string? text, out long bytes)
    {
        ReadOnlySpan<char> span = text.AsSpan().Trim();
        int shift = 0;
        if (span.Length > 2)
        {
            shift = span[^2..] switch { "KB" => 10, "MB" => 20, "GB" => 30, _ => 0 };
        }

        if (!long.TryParse(shift == 0 ? span : span[..^2].TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out bytes)
            || bytes > long.MaxValue >> shift)
        {
            return false;
        }

        bytes <<= shift;
        return true;
    }
}
