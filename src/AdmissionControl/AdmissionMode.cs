namespace AdmissionControl;

/// <summary>Whether a policy's decisions are carried out.</summary>
public enum AdmissionMode : byte
{
    /// <summary>They are. The default.</summary>
    Enforce = 0,

    /// <summary>They are made and counted, and every request runs at once all the same.</summary>
    Shadow = 1,

    /// <summary>There are none: every request runs and nothing is counted but what is in flight.</summary>
    Off = 2,
}
