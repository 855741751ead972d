namespace AdmissionControl.Triage;

/// <summary>The hour of a user, which begins at another moment for each: cohorts are drawn anew with it.</summary>
internal static class CohortEpoch
{
    private const long Seconds = 3600;

    /// <summary>The number of a user's hour.</summary>
    /// <param name="userHash">The user's keyed hash.</param>
    /// <param name="unixSeconds">The time of day, seconds since 1970.</param>
    public static ulong Of(ulong userHash, long unixSeconds) => (ulong)((unixSeconds + (long)(userHash % Seconds)) / Seconds);

    /// <summary>The cohort of a client of this process alone, whose hash is a secret already: mixing is enough.</summary>
    public static int CohortOf(ulong clientHash, long unixSeconds)
    {
        // The finalizer of MurmurHash3: each bit of the input changes each bit of the result with even odds.
        ulong mixed = clientHash ^ (Of(clientHash, unixSeconds) * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCD;
        mixed = (mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53;
        return (int)(mixed >> 57);
    }
}
