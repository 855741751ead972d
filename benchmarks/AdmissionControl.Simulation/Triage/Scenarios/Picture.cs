namespace AdmissionControl.Simulation.Triage.Scenarios;

/// <summary>What is drawn of a file.</summary>
internal enum Picture
{
    None,

    /// <summary>Success of each stream against the load, a point a variant.</summary>
    Load,

    /// <summary>Success of each stream against time.</summary>
    Time,
}
