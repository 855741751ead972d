namespace AdmissionControl.Triage;

/// <summary>A request's place in the order of importance: its priority, then its client's usage band, then its cohort. The lower, the more important.</summary>
internal readonly record struct TriageLevel
{
    /// <summary>Bands of usage: 0 for clients within their fair share, 7 for the heaviest.</summary>
    public const int BandCount = 8;

    /// <summary>One more than the highest value.</summary>
    public const int Count = PriorityShares.Count * LevelsPerPriority;

    /// <summary>Lines of a band, each for sixteen cohorts.</summary>
    public const int LinesPerBand = 1 << LineBits;

    /// <summary>Lines of a priority in which requests wait: those of a line are told apart by their age only.</summary>
    public const int LinesPerPriority = BandCount * LinesPerBand;

    /// <summary>Lines of all priorities.</summary>
    public const int LineCount = PriorityShares.Count * LinesPerPriority;

    private const int CohortBits = 7;
    private const int LineBits = 3;
    private const int LevelsPerPriority = BandCount << CohortBits;

    private TriageLevel(int value) => Value = value;

    /// <summary>The place in the order, from 0.</summary>
    public int Value { get; }

    /// <summary>The line in which it waits, from 0 for the most important: sixteen cohorts share one.</summary>
    public int Line => Value >> (CohortBits - LineBits);

    public RequestPriority Priority => (RequestPriority)((uint)Value / LevelsPerPriority);

    /// <param name="priority">The priority.</param>
    /// <param name="band">From 0 to 7.</param>
    /// <param name="cohort">From 0 to 127.</param>
    public static TriageLevel Of(RequestPriority priority, int band, int cohort) =>
        new((((int)priority * BandCount) + band << CohortBits) + cohort);
}
