namespace AdmissionControl.Concurrency;

/// <summary>
/// A trial of <see cref="KneeLimit"/>: the limit is lowered for a short time, to see whether fewer in flight serve as many. It goes through up to four steps, a window or more each.
/// </summary>
/// <param name="Step">What the window that runs now is for.</param>
/// <param name="High">Permits in flight before.</param>
/// <param name="Low">Permits in flight during the trial.</param>
internal readonly record struct KneeTrial(KneeTrialStep Step, double High, double Low)
{
    /// <summary>Whether it was begun because answers are late, or more and more pile up: then the limit is lowered at once, and what runs off tells the rate.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>How long it has lasted.</summary>
    public double Seconds { get; init; }

    /// <summary>For how long no more than the low limit have been in flight: what the trial costs. Those that it follows at once are included.</summary>
    public double LowSeconds { get; init; }

    /// <summary>Requests that ended while it ran off.</summary>
    public double Ended { get; init; }

    /// <summary>Successes among them.</summary>
    public double Drained { get; init; }

    /// <summary>How long that took.</summary>
    public double DrainSeconds { get; init; }

    public KneeTrial Drain(in KneeReadings readings) => this with
    {
        Ended = Ended + readings.Ends,
        Drained = Drained + (readings.Rate * readings.Seconds),
        DrainSeconds = DrainSeconds + readings.Seconds,
    };
}
