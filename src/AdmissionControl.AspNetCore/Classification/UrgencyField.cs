namespace AdmissionControl.AspNetCore.Classification;

/// <summary>The header <c>Priority</c> of RFC 9218, as far as it says that a response can wait. Pure.</summary>
internal static class UrgencyField
{
    public const string Header = "Priority";

    /// <summary>Whether its last member <c>u</c> is 6 or 7; 3 is what most requests have, and 7 is for background work. Does not allocate.</summary>
    public static bool IsLow(ReadOnlySpan<char> field)
    {
        bool isLow = false;
        foreach (Range member in field.Split(','))
        {
            ReadOnlySpan<char> text = field[member].Trim(' ').Trim('\t');
            int parameters = text.IndexOf(';');
            text = parameters < 0 ? text : text[..parameters];
            isLow = text.StartsWith("u=", StringComparison.Ordinal) ? text is "u=6" or "u=7" : isLow;
        }

        return isLow;
    }
}
