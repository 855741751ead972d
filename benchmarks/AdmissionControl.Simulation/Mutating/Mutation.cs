namespace AdmissionControl.Simulation.Mutating;

/// <summary>A slip in the law: one place of its source, as it is and with one token wrong. The check has to notice.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="File">The file, below <c>src/AdmissionControl</c>.</param>
/// <param name="Old">Text that stands in the file exactly once.</param>
/// <param name="New">What stands there instead.</param>
internal sealed record Mutation(string Name, string File, string Old, string New)
{
    /// <summary>Why it does no harm, of one that is known to survive.</summary>
    public string? Harmless { get; init; }

    /// <summary>The source with the slip.</summary>
    /// <exception cref="FormatException">The old text does not stand there exactly once.</exception>
    public string Apply(string source)
    {
        int first = source.IndexOf(Old, StringComparison.Ordinal);
        return first >= 0 && source.IndexOf(Old, first + 1, StringComparison.Ordinal) < 0
            ? string.Concat(source.AsSpan(0, first), New, source.AsSpan(first + Old.Length))
            : throw new FormatException(
                $"The mutation \"{Name}\" needs the text '{Old}' in {File}, "
                + $"where it stands {(first < 0 ? "nowhere" : "more than once")}; allowed is once.");
    }
}
