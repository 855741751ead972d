using System.Buffers;
using System.Globalization;

namespace AdmissionControl.Propagation;

/// <summary>Priority and cohort on the wire, a structured field item (RFC 9651): an integer from 0 to 4 with an optional parameter <c>c</c> from 0 to 127, as in <c>2;c=87</c>. Pure.</summary>
internal static class PriorityField
{
    /// <summary>The header that carries it unless an option names another.</summary>
    public const string DefaultHeader = "admission-priority";

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.*");
    private static readonly SearchValues<char> NotInPlainValues = SearchValues.Create(" \t\",;");

    public static string Format(RequestPriority priority, byte? cohort) => cohort is null
        ? ((int)priority).ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(int)priority};c={cohort}");

    /// <summary>Reads an item without allocating. Parameters that are not known are skipped, as the RFC wants it, except those whose value is quoted: none of ours ever was.</summary>
    /// <returns>False when the item is malformed or a number is out of its range; then nothing of it counts.</returns>
    public static bool TryParse(ReadOnlySpan<char> field, out RequestPriority priority, out byte? cohort)
    {
        cohort = null;
        ReadOnlySpan<char> rest = field.Trim(' ');
        bool isValid = TryReadNumber(NextPart(ref rest, out bool hasMore), (int)RequestPriority.Bulk, out int number);
        priority = (RequestPriority)number;
        while (isValid && hasMore)
        {
            isValid = TryReadParameter(NextPart(ref rest, out hasMore).TrimStart(' '), ref cohort);
        }

        return isValid;
    }

    private static bool TryReadParameter(ReadOnlySpan<char> parameter, ref byte? cohort)
    {
        int equals = parameter.IndexOf('=');
        ReadOnlySpan<char> key = equals < 0 ? parameter : parameter[..equals];
        ReadOnlySpan<char> value = equals < 0 ? default : parameter[(equals + 1)..];
        if (key is "c")
        {
            bool isCohort = TryReadNumber(value, AdmissionRequest.CohortCount - 1, out int number);
            cohort = (byte)number;
            return isCohort;
        }

        return !key.IsEmpty && !key.ContainsAnyExcept(KeyCharacters) && (equals < 0 || !value.IsEmpty) && !value.ContainsAny(NotInPlainValues);
    }

    private static ReadOnlySpan<char> NextPart(ref ReadOnlySpan<char> rest, out bool hasMore)
    {
        int end = rest.IndexOf(';');
        hasMore = end >= 0;
        ReadOnlySpan<char> part = hasMore ? rest[..end] : rest;
        rest = hasMore ? rest[(end + 1)..] : default;
        return part;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> digits, int most, out int number)
    {
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;
        number = isNumber ? number : 0;
        return isNumber;
    }
}
