namespace AdmissionControl.Simulation.Arms;

internal enum ArmKind
{
    /// <summary>No limit at all: what everybody else must beat.</summary>
    Unlimited,

    /// <summary>A limit that somebody set who knows the service.</summary>
    HandTuned,

    /// <summary>An adaptive limit that others have published.</summary>
    Published,

    /// <summary>A limit that must fail, or the lab shows nothing.</summary>
    Mutant,

    /// <summary>What the package ships as its default.</summary>
    Ours,
}
