using AdmissionControl.Concurrency;
using AdmissionControl.Hosting;
using AdmissionControl.Policies;
using AdmissionControl.Tests.Concurrency;
using AdmissionControl.Timing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

/// <summary>What a controller shows to the rule of its limit.</summary>
public class AdmissionControllerWindowsTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>At a high rate only a share is timed, and the rule still sees every completion, overloaded ones included, and none that was ignored.</summary>
    [Fact]
    public void Complete_AboveTheSamplesPerSecond_ShowsTheRuleEveryCompletion()
    {
        var recorder = new RecordingLimit { Limit = 10 };
        using var controller = new AdmissionController(
            "shop", new AdmissionPolicyOptions { Concurrency = new() { LatencySamplesPerSecond = 100 }, CustomAlgorithm = recorder }, _time);
        for (int i = 1; i <= 30_000; i++)
        {
            AdmissionLease lease = controller.TryAdmit(default);
            _time.Advance(TimeSpan.FromMilliseconds(0.1));
            lease.Complete(i % 10 == 0 ? AdmissionOutcome.Ignored : i % 10 == 1 ? AdmissionOutcome.Overloaded : AdmissionOutcome.Success);
        }

        Assert.InRange(recorder.Seen.Count, 2, 3);
        LimitWindow sampled = recorder.Seen[1];
        Assert.InRange(sampled.LatencySamples, 85, 105);
        Assert.InRange(sampled.Samples, 9_000 - 200, 9_000 + 200);
        Assert.InRange(sampled.Overloaded, 1_000 - 50, 1_000 + 50);
        Assert.Equal(TimeSpan.FromMilliseconds(0.1), sampled.MeanLatency);
    }

    [Fact]
    public void Complete_CostAndWitness_ShowInTheWindow()
    {
        var recorder = new RecordingLimit { Limit = 10 };
        var options = new AdmissionPolicyOptions { Concurrency = new() { WindowSamples = 1 }, CustomAlgorithm = recorder };
        using var controller = new AdmissionController(
            "shop", options, _time, AdmissionClock.For(_time), witness: new Witness(TimeSpan.FromMilliseconds(7)));
        AdmissionLease lease = controller.TryAdmit(Policy.Request(cost: 4));
        _time.Advance(TimeSpan.FromSeconds(2));
        lease.Complete(AdmissionOutcome.Success);
        LimitWindow window = Assert.Single(recorder.Seen);
        Assert.Equal((4d, 4, TimeSpan.FromMilliseconds(7)), (window.MeanInFlight, window.InFlight, window.HostDelay));
    }

    /// <summary>From admission to completion, as the rule asks for it from window to window: above 100 ms, then above 10 ms, then none.</summary>
    [Fact]
    public void Complete_RuleAsksForTheLate_ShowInTheWindow()
    {
        var recorder = new RecordingLimit { Limit = 10, NextWindow = Size(100), Sizes = new([Size(10), Size(0)]) };
        using AdmissionController controller = Policy.Build(_time, p => p.Concurrency(recorder));
        foreach (double milliseconds in (double[])[100, 101, 9, 10, 11, 12, 500, 600, 700])
        {
            AdmissionLease lease = controller.TryAdmit(default);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            lease.Complete(milliseconds == 101 ? AdmissionOutcome.Ignored : AdmissionOutcome.Success);
        }

        Assert.Equal([1, 2, 0], recorder.Seen.Select(w => w.Late));

        LimitWindowSize Size(double milliseconds) => new(TimeSpan.FromMilliseconds(1), 3) { LateAfter = TimeSpan.FromMilliseconds(milliseconds) };
    }

    /// <summary>Nobody ends, because those who hold the permits hold them for long; who is refused sees to it that the rule is asked.</summary>
    [Fact]
    public void TryAdmit_RefusedWhileNobodyEnds_TheRuleIsAsked()
    {
        var recorder = new RecordingLimit
        {
            Limit = 1,
            Next = 2,
            NextWindow = new(TimeSpan.FromMilliseconds(1), 1) { MaxDuration = TimeSpan.FromSeconds(2) },
        };
        using AdmissionController controller = Policy.Build(_time, p => p.Concurrency(recorder));
        controller.TryAdmit(default);
        _time.Advance(TimeSpan.FromSeconds(3));

        int refused = 0;
        while (refused < 100 && !controller.TryAdmit(default).IsAdmitted)
        {
            refused++;
        }

        Assert.InRange(refused, 1, 16);
        Assert.Equal((0, refused), (Assert.Single(recorder.Seen).Samples, recorder.Seen[0].Blocked));
    }

    [Fact]
    public void Constructor_AdaptiveOnTheSystemsClock_JoinsTheWitnessUntilDisposed()
    {
        var controller = new AdmissionController("shop", new AdmissionPolicyOptions { Concurrency = new() });
        HostWitness witness = Assert.IsType<HostWitness>(controller.Witness);
        Assert.True(SpinWait.SpinUntil(() => witness.Delay is not null, TimeSpan.FromMinutes(1)), "No item has run.");

        controller.Dispose();

        Assert.Null(witness.Delay);
    }

    [Fact]
    public void Constructor_AnotherClockOrAnotherRule_JoinsNoWitness()
    {
        using AdmissionController onAnotherClock = Policy.Build(_time, p => p.AdaptiveConcurrency());
        using var another = new AdmissionController("shop", new AdmissionPolicyOptions { Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Vegas } });
        Assert.Null(onAnotherClock.Witness);
        Assert.Null(another.Witness);
    }

    private sealed record Witness(TimeSpan? Delay) : IHostWitness;
}
