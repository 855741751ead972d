using AdmissionControl.Concurrency;
using AdmissionControl.Hosting;
using AdmissionControl.Policies;
using AdmissionControl.Simulation.Arms.Published;
using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Arms;

/// <summary>All arms that the lab knows. Adaptive ones begin at the scenario's initial limit, within their own published bounds.</summary>
internal static class ArmCatalog
{
    /// <summary>The arm that the package ships as its default, as a scenario with an objective is served.</summary>
    public const string Default = "ours";

    /// <summary>The same as it is served by who gives it no objective.</summary>
    public const string ToldNothing = "ours-auto";

    private const string Lab = "the lab";
    private const string Package = "AdmissionControl";
    private const string Netflix = "Netflix/concurrency-limits";

    public static IReadOnlyList<ArmSpec> All { get; } =
    [
        new(Default, ArmKind.Ours, "the default, told the objective, with the host's witness where there is one", Package, context => Ours(context, context.Objective, Witness(context))),
        new("ours-client", ArmKind.Ours, "the same, with no witness", Package, context => Ours(context, context.Objective, witness: null)),
        new(ToldNothing, ArmKind.Ours, "the default, told nothing, with the host's witness where there is one", Package, context => Ours(context, objective: null, Witness(context))),
        new("none", ArmKind.Unlimited, "no limit", Lab, _ => new FixedArm(double.PositiveInfinity)),
        new("fixed", ArmKind.HandTuned, "hand-tuned: the slowest station's cores, what stands elsewhere, and four", Lab,
            context => new FixedArm(FixedArm.HandTuned(context.Scenario))),
        new("aimd", ArmKind.Published, "one more a window while used, a tenth less after an overloaded one", $"{Package}, as {Netflix} AIMDLimit",
            context => Shipped(context, new AimdLimit(Range(context, min: 20, max: 200)))),
        new("aimd-objective", ArmKind.Published, "the same, and late is overloaded", $"{Package}, as {Netflix} AIMDLimit",
            context => new ObjectiveArm(Shipped(context, new AimdLimit(Range(context, min: 20, max: 200))), context.Objective.Ticks * 100)),
        new("vegas-raw", ArmKind.Published, "queue from the least latency, a step a sample", $"{Netflix} VegasLimit",
            context => new VegasArm(context.InitialLimit, context.CreateRandom())),
        new("vegas", ArmKind.Published, "queue from the least latency, a step a second", $"{Package}, as {Netflix} VegasLimit",
            context => Shipped(context, new VegasLimit(Range(context, min: 1, max: 1000), (ulong)context.CreateRandom().NextInt64(1, long.MaxValue)))),
        new("gradient", ArmKind.Published, "ratio of the least latency to the recent", $"{Netflix} GradientLimit",
            context => new GradientArm(context.InitialLimit, context.CreateRandom())),
        new("gradient2", ArmKind.Published, "ratio of the long-term latency to the recent", $"{Package}, as {Netflix} Gradient2Limit",
            context => Shipped(context, new GradientLimit(Range(context, min: 20, max: 200)))),
        new("envoy", ArmKind.Published, "ratio of a measured least latency to the recent", "envoyproxy/envoy gradient_controller.cc",
            context => new EnvoyArm(new EnvoySettings(), context.InitialLimit, context.CreateRandom())),
        new("failsafe", ArmKind.Published, "Vegas on a moving baseline, with correlations", "failsafe-go/failsafe-go adaptivelimiter.go",
            context => new FailsafeArm(context.InitialLimit)),
        new("kratos", ArmKind.Published, "rate x least latency, once the cores are busy", "go-kratos/aegis bbr.go", Kratos),
        new("vector", ArmKind.Published, "one more when reached and fast, a tenth less when slow", "vectordotdev/vector controller.rs",
            context => new VectorArm(context.InitialLimit)),
        new("frozen", ArmKind.Mutant, "stays at the initial limit", Lab, context => new FixedArm(context.InitialLimit)),
        new("max", ArmKind.Mutant, "always 1000", Lab, _ => new FixedArm(1000)),
        new("min", ArmKind.Mutant, "always 1", Lab, _ => new FixedArm(1)),
    ];

    /// <summary>The arm of that name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static ArmSpec Get(string name) =>
        All.FirstOrDefault(arm => arm.Name == name)
        ?? throw new FormatException($"There is no arm \"{name}\"; the arms are {string.Join(", ", All.Select(arm => arm.Name))}.");

    private static ControllerArm Shipped(ArmContext context, ILimitAlgorithm algorithm) =>
        new(new AdmissionPolicyOptions { Concurrency = new ConcurrencyOptions(), CustomAlgorithm = algorithm }, context.Time);

    private static ControllerArm Ours(ArmContext context, TimeSpan? objective, IHostWitness? witness) =>
        new(
            new AdmissionPolicyOptions { Concurrency = new ConcurrencyOptions(), CustomAlgorithm = new KneeLimit(Range(context, min: 1, max: 10_000), objective) },
            context.Time,
            witness);

    private static PlantWitness? Witness(ArmContext context) => context.HostTicks is { } ticks ? new PlantWitness(ticks, context.Time) : null;

    private static LimitRange Range(ArmContext context, int min, int max) => new(Math.Clamp(context.InitialLimit, min, max), min, max);

    private static KratosArm Kratos(ArmContext context)
    {
        var cpu = new CpuAverage(context.Time, context.Host);
        return new KratosArm(() => cpu.PerMille);
    }
}
