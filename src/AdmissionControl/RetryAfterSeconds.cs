namespace AdmissionControl;

/// <summary>A time to come back in the unit of HTTP's <c>Retry-After</c>.</summary>
internal static class RetryAfterSeconds
{
    /// <summary>Whole seconds, rounded up, because who is early is refused again; at least one, because 0 invites an instant retry.</summary>
    public static int RoundUp(TimeSpan retryAfter) =>
        (int)Math.Clamp((retryAfter.Ticks / TimeSpan.TicksPerSecond) + (retryAfter.Ticks % TimeSpan.TicksPerSecond > 0 ? 1 : 0), 1, int.MaxValue);
}
