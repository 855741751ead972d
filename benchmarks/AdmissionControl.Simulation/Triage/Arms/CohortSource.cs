namespace AdmissionControl.Simulation.Triage.Arms;

/// <summary>Where a request's cohort comes from.</summary>
internal enum CohortSource
{
    /// <summary>The controller's own: from the client.</summary>
    Controller,

    /// <summary>The client's, passed on, the same at every service.</summary>
    Client,

    /// <summary>Drawn anew at every service, as if there were no cohorts.</summary>
    Random,
}
