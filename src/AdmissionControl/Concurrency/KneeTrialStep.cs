namespace AdmissionControl.Concurrency;

internal enum KneeTrialStep
{
    /// <summary>Measures the rate at the old limit once more.</summary>
    Refer,

    /// <summary>Waits until no more are in flight than the lower limit allows.</summary>
    Drain,

    /// <summary>Waits until those who were served longest have left, and somebody is blocked again.</summary>
    Settle,

    /// <summary>Measures the rate at the lower limit.</summary>
    Measure,
}
