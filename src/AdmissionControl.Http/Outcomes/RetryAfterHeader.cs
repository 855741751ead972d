using System.Net.Http.Headers;

namespace AdmissionControl.Http.Outcomes;

/// <summary>Reads how long a downstream asks to be left alone.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The time asked for, at most <paramref name="longest"/>; zero when none is asked for or it has passed.</summary>
    /// <param name="header">The header, in either of its forms.</param>
    /// <param name="longest">The bound on what a server can ask for.</param>
    /// <param name="timeProvider">Says what time it is when the header is a date.</param>
    public static TimeSpan Read(RetryConditionHeaderValue? header, TimeSpan longest, TimeProvider timeProvider)
    {
        TimeSpan asked = header switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - timeProvider.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked > longest ? longest : asked;
    }
}
