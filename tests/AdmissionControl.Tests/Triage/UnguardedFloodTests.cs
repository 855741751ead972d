using AdmissionControl.Policies;
using AdmissionControl.Timing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Triage;

/// <summary>Who finds no permit is asked nothing but triage, without a guard, where the time is the system's own. Here it says it is, and is a fake one.</summary>
public sealed class UnguardedFloodTests
{
    private const int Load = 3;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void AdmitAsync_Flood_AnswersAsWithTheGuard()
    {
        using AdmissionController guarded = Build(_time);
        using AdmissionController unguarded = Build(TimeProvider.System);
        Dictionary<(RequestPriority, RejectionReason), int> expected = Answers(guarded);
        Dictionary<(RequestPriority, RejectionReason), int> actual = Answers(unguarded);
        Assert.Contains((RequestPriority.Bulk, RejectionReason.Shed), expected);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void AdmitAsync_DisposedInAFlood_SaysSoToThoseWhomTriageWouldTurnAway()
    {
        using AdmissionController controller = Build(TimeProvider.System);
        var plant = new Plant(controller, _time);
        plant.Run(2000, Load, Next());
        Assert.Equal(RejectionReason.Shed, plant.Ask(new AdmissionRequest(RequestPriority.Bulk)).Result.Reason);

        controller.Dispose();
        Assert.Equal(RejectionReason.ShuttingDown, plant.Ask(new AdmissionRequest(RequestPriority.Bulk)).Result.Reason);
    }

    [Fact]
    public void AdmitAsync_PartitionWithARateOfItsOwnInAFlood_IsToldOfItsOwnFaultFirst()
    {
        using AdmissionController controller = Build(TimeProvider.System, p => p.RatePerPartition("1/h"));
        var plant = new Plant(controller, _time);
        AdmissionRequest greedy = new(RequestPriority.Bulk) { Partition = PartitionKey.From("greedy") };
        Assert.True(plant.Ask(greedy).Result.IsAdmitted);

        plant.Run(2000, Load, Next());
        Assert.Equal(RejectionReason.PartitionRate, plant.Ask(greedy).Result.Reason);
        Assert.Equal(RejectionReason.Shed, plant.Ask(greedy with { Partition = PartitionKey.From("another") }).Result.Reason);
    }

    private static Func<AdmissionRequest> Next()
    {
        int i = 0;
        return () => new AdmissionRequest((RequestPriority)(i++ % 5));
    }

    private Dictionary<(RequestPriority Priority, RejectionReason Reason), int> Answers(AdmissionController controller)
    {
        var plant = new Plant(controller, _time);
        plant.Run(3000, Load, Next());
        return plant.Answers.GroupBy(a => (a.Request.Priority, a.Reason)).ToDictionary(g => g.Key, g => g.Count());
    }

    private AdmissionController Build(TimeProvider time, Action<AdmissionPolicyBuilder>? configure = null) => new(
        "test",
        Policy.Options(p =>
        {
            p.FixedConcurrency(10).ShedByPriority();
            configure?.Invoke(p);
        }),
        time,
        AdmissionClock.For(_time));
}
