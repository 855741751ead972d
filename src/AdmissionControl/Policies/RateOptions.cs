namespace AdmissionControl.Policies;

/// <summary>A token bucket of the whole policy.</summary>
public sealed class RateOptions
{
    /// <summary>Permits a period, such as <c>10/s</c>, <c>400/min</c> or <c>30/10s</c>: from 1/day to 1000000000/s. Required. Reloadable.</summary>
    public string? Limit { get; set; }

    /// <summary>
    /// Permits that may be taken at once after a pause: at least 1; default 1, which paces evenly. With 10/s and a burst of 5, five start at once
    /// and then one each 100 ms. Reloadable.
    /// </summary>
    public int Burst { get; set; } = 1;
}
