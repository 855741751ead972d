namespace AdmissionControl.Simulation.Triage.Goals;

/// <summary>What a goal looks at, in one phase.</summary>
internal enum Measure
{
    /// <summary>The share of requests of which any attempt was answered in time.</summary>
    Success,

    /// <summary>The success of the stream that has least.</summary>
    LeastSuccess,

    /// <summary>The work of all that was answered in time, as a share of what can be done.</summary>
    Goodput,

    /// <summary>The median latency of the admitted, whether their client still waited or not, seconds.</summary>
    P50,

    /// <summary>The 99th percentile of it.</summary>
    P99,

    /// <summary>Seconds from the begin of the phase until at least 97% of the requests of every second are answered in time, for five seconds.</summary>
    Recovery,
}
