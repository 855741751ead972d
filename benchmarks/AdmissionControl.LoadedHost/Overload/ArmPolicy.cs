using AdmissionControl.Benchmarks.Overload;
using AdmissionControl.Policies;

namespace AdmissionControl.LoadedHost.Overload;

/// <summary>The policies that are compared: the one place where they are configured.</summary>
internal static class ArmPolicy
{
    private const int MoreThanCores = 4;

    /// <summary>Null for the arm without a policy.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="objective">Above this latency an answer is worth nothing. What the adaptive rule is told.</param>
    public static Action<AdmissionPolicyBuilder>? Of(Arm arm, TimeSpan objective) => arm switch
    {
        Arm.None => null,
        Arm.Fixed => p => p.FixedConcurrency(Environment.ProcessorCount + MoreThanCores),
        Arm.Adaptive => p => p.AdaptiveConcurrency(objective),
        _ => throw new ArgumentOutOfRangeException(nameof(arm), arm, "No such arm."),
    };
}
