using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>All scenarios. Also the way into a build with a planted bug, which knows these types by reflection only.</summary>
internal static class Catalogue
{
    public static IReadOnlyDictionary<string, Scenario> All { get; } = Scenarios().ToDictionary(s => s.Name);

    private static IEnumerable<Scenario> Scenarios() =>
    [
        .. ConcurrencyGateScenarios.All,
        .. BulkheadScenarios.All,
        .. TokenBucketScenarios.All,
        .. StripedTokenBucketScenarios.All,
        .. LeaseScenarios.All,
        .. BucketSetsScenarios.All,
        .. WaitQueueScenarios.All,
        .. LimitRegulatorScenarios.All,
        .. PoolProbeScenarios.All,
    ];

    /// <summary>What the exploration of a scenario finds; null when every schedule is right.</summary>
    public static string? Find(string scenario) => Explorer.Exhaust(All[scenario]).Finding;
}
