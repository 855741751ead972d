namespace Storefront.Crowd;

/// <summary>A customer's visit.</summary>
/// <param name="At">Intended send time since the start of the play.</param>
/// <param name="Class">What is asked for.</param>
/// <param name="RetriesLeft">How often the customer would try again.</param>
/// <param name="Pause">The pause before trying again.</param>
/// <param name="IsRetry">Whether this is a further try already.</param>
internal readonly record struct Arrival(TimeSpan At, RequestClass Class, int RetriesLeft, TimeSpan Pause, bool IsRetry)
{
    /// <summary>The next try of the same customer, who left at <paramref name="left"/>.</summary>
    public Arrival Again(TimeSpan left) => this with { At = left + Pause, RetriesLeft = RetriesLeft - 1, IsRetry = true };
}
