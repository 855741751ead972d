namespace AdmissionControl;

/// <summary>A time to come back in the unit of HTTP's <c>Retry-After</c>.</summary>
internal static class RetryAfterSeconds
{
    // What the coarse clock may add to a time to come back, on its slowest platform: at a permit a second that would make two seconds of one.
    private const long Tick = 34 * TimeSpan.TicksPerMillisecond;

    /// <summary>Whole seconds, rounded up, because who is early is refused again, but for a tick of the coarse clock; at least one, because 0 invites an instant retry.</summary>
    public static int RoundUp(TimeSpan retryAfter) =>
        (int)Math.Clamp((retryAfter.Ticks / TimeSpan.TicksPerSecond) + (retryAfter.Ticks % TimeSpan.TicksPerSecond > Tick ? 1 : 0), 1, int.MaxValue);
}
