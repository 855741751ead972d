using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

/// <summary>Requests whose time is not spent here must not use up a limit that is there for the work of this server.</summary>
public class HoldsNoPermitTests
{
    private static readonly AdmissionRequest Elsewhere = new(RequestPriority.Critical) { HoldsNoPermit = true };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryAdmit_AdaptiveLimit_HoldsNothingWhileItRuns()
    {
        using AdmissionController controller = Build(p => p.AdaptiveConcurrency(c => c.Initial = c.Max = c.Min = 2));

        AdmissionLease[] leases = [.. Enumerable.Range(0, 10).Select(_ => controller.TryAdmit(Elsewhere))];

        Assert.All(leases, lease => Assert.True(lease.IsAdmitted));
        Assert.Equal((0, 10L), (controller.GetStatistics().InFlight, controller.GetStatistics().TotalAdmitted));
        Array.ForEach(leases, lease => lease.Complete(AdmissionOutcome.Success));
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void TryAdmit_NoPermitIsFree_IsRefused()
    {
        using AdmissionController controller = Build(p => p.AdaptiveConcurrency(c => c.Initial = c.Max = c.Min = 1));
        using AdmissionLease held = controller.TryAdmit(default);

        Assert.Equal(RejectionReason.ConcurrencyLimit, controller.TryAdmit(Elsewhere).Reason);
    }

    [Fact]
    public void AdmitAsync_PermitComesBack_StartsAllWhoHoldNoneAndTheNextWhoDoes()
    {
        using AdmissionController controller = Build(p => p.AdaptiveConcurrency(c => c.Initial = c.Max = c.Min = 1).Queue(TimeSpan.FromSeconds(5)));
        AdmissionLease held = controller.TryAdmit(default);
        Asked[] waiting = [.. new[] { Elsewhere, Elsewhere, default, default }.Select(r => new Asked(controller.AdmitAsync(r, TestContext.Current.CancellationToken)))];

        held.Dispose();

        Assert.Equal([true, true, true, false], waiting.Select(w => w.IsCompleted));
        Assert.Equal((1, 1), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        waiting[0].Result.Dispose();
        Assert.False(waiting[3].IsCompleted);
        waiting[2].Result.Dispose();
        Assert.True(waiting[3].Result.IsAdmitted);
    }

    [Fact]
    public void TryAdmit_FixedLimit_CountsAsAnyOther()
    {
        using AdmissionController controller = Build(p => p.FixedConcurrency(2));

        bool[] admitted = [.. Enumerable.Range(0, 3).Select(_ => controller.TryAdmit(Elsewhere).IsAdmitted)];

        Assert.Equal([true, true, false], admitted);
        Assert.Equal(2, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void Withdraw_TokensTaken_AreGivenBackAndNoPermitIs()
    {
        using AdmissionController controller = Build(p => p.AdaptiveConcurrency().Rate("1/s", burst: 2));

        controller.TryAdmit(Elsewhere).Withdraw();

        Assert.Equal((2, 0), (controller.GetStatistics().AvailablePermits, controller.GetStatistics().InFlight));
    }

    private AdmissionController Build(Action<AdmissionPolicyBuilder> configure) => Policy.Build(_time, configure);
}
