namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What guards the server.</summary>
internal enum Arm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A limit that does not move: a few more than there are cores.</summary>
    Fixed,

    /// <summary>The package's default; the arm that the marks are about.</summary>
    Adaptive,
}
