namespace AdmissionControl.Simulation.Measuring;

/// <summary>What the default has to reach.</summary>
internal static class Goals
{
    /// <summary>The least share of the oracle's goodput, in every scenario and in nearly every random plant.</summary>
    public const double LeastShare = 0.97;

    /// <summary>The largest share of the arrivals that may be refused while the load fits.</summary>
    public const double MostFalseRefusals = 0.01;

    /// <summary>No random plant may fall below this share.</summary>
    public const double LeastShareOfAny = 0.9;

    /// <summary>A published arm that is ahead by more than this share of the oracle is better.</summary>
    public const double Ahead = 0.02;

    /// <summary>Whether a scenario is passed. A figure that does not exist passes nothing.</summary>
    public static bool AreMet(double goodputShare, double falseRefusals) => goodputShare >= LeastShare && falseRefusals <= MostFalseRefusals;
}
