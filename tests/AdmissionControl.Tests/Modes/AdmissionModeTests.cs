using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Modes;

public class AdmissionModeTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Mode_OutOfRange_IsRefused()
    {
        using AdmissionController controller = Build();

        Assert.Throws<ArgumentOutOfRangeException>(() => controller.Mode = (AdmissionMode)3);
        Assert.Equal(AdmissionMode.Enforce, controller.EffectiveMode);
    }

    [Fact]
    public void TryAdmit_Off_EveryRequestRunsAndIsCountedInFlightAlone()
    {
        using AdmissionController controller = Build(AdmissionMode.Off);

        AdmissionLease[] leases = [.. Enumerable.Range(0, 10).Select(_ => controller.TryAdmit(default))];

        Assert.All(leases, lease => Assert.True(lease.IsAdmitted));
        Assert.Equal((10, 0L), (controller.GetStatistics().InFlight, controller.GetStatistics().TotalRejected));
        Array.ForEach(leases, lease => lease.Dispose());
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void TryAdmit_Shadow_RefusedRequestsRunAreCountedAsRefusedAndHoldNothing()
    {
        using AdmissionController controller = Build(AdmissionMode.Shadow, queue: false);

        AdmissionLease[] leases = [.. Enumerable.Range(0, 10).Select(_ => controller.TryAdmit(default))];

        Assert.All(leases, lease => Assert.True(lease.IsAdmitted));
        Assert.Equal(
            (2, 2L, 8L),
            (controller.GetStatistics().InFlight, controller.GetStatistics().TotalAdmitted, controller.GetStatistics().Rejected(RequestPriority.Normal, RejectionReason.ConcurrencyLimit)));
        Array.ForEach(leases, lease => lease.Dispose());
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void AdmitAsync_ShadowAndNoPermit_RunsAtOnceWhileItsPlaceInTheQueueWaits()
    {
        using AdmissionController controller = Build(AdmissionMode.Shadow);
        AdmissionLease[] held = [Admit(controller), Admit(controller)];

        AdmissionLease third = Admit(controller);

        Assert.True(third.IsAdmitted);
        Assert.Equal((2, 1), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        Array.ForEach(held, lease => lease.Dispose());
        Assert.Equal((1, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    [Fact]
    public void Complete_ShadowAfterItsTurn_HoldsItsPermitForAsLongAsTheWorkTookFromItsTurnOn()
    {
        using AdmissionController controller = Build(AdmissionMode.Shadow);
        AdmissionLease[] held = [Admit(controller), Admit(controller)];
        AdmissionLease third = Admit(controller);
        Advance(30);
        Array.ForEach(held, lease => lease.Dispose());
        Advance(20);

        third.Complete(AdmissionOutcome.Success);

        // It worked for 50 ms, and its turn was 20 ms ago.
        Advance(29);
        Assert.Equal(1, controller.GetStatistics().InFlight);
        Advance(2);
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void Complete_ShadowBeforeItsTurn_HoldsItsPermitForAsLongAsTheWorkTookOnceItsTurnHasCome()
    {
        using AdmissionController controller = Build(AdmissionMode.Shadow);
        AdmissionLease[] held = [Admit(controller), Admit(controller)];
        AdmissionLease third = Admit(controller);
        Advance(40);
        third.Complete(AdmissionOutcome.Success);
        Assert.Equal(2, controller.GetStatistics().InFlight);
        Advance(10);

        Array.ForEach(held, lease => lease.Dispose());

        Advance(39);
        Assert.Equal(1, controller.GetStatistics().InFlight);
        Advance(2);
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void AdmitAsync_ShadowTurnNeverComes_CountsTheRefusal()
    {
        using AdmissionController controller = Build(AdmissionMode.Shadow);
        _ = Admit(controller);
        _ = Admit(controller);
        AdmissionLease third = Admit(controller);

        Advance(1001);

        Assert.True(third.IsAdmitted);
        Assert.Equal(1, controller.GetStatistics().Rejected(RequestPriority.Normal, RejectionReason.QueueTimeout));
        third.Dispose();
        Assert.Equal(2, controller.GetStatistics().InFlight);
    }

    [Theory]
    [InlineData(AdmissionMode.Shadow)]
    [InlineData(AdmissionMode.Off)]
    public async Task Mode_NoLongerEnforced_AllWhoWaitRun(AdmissionMode mode)
    {
        using AdmissionController controller = Build();
        _ = Admit(controller);
        _ = Admit(controller);
        Task<AdmissionLease> waiting = controller.AdmitAsync(default).AsTask();
        Assert.False(waiting.IsCompleted);

        controller.Mode = mode;

        AdmissionLease lease = await waiting.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        Assert.True(lease.IsAdmitted);
        lease.Dispose();
        Assert.Equal((2, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    [Fact]
    public void Mode_EnforcedAgainAfterOff_CountsWhatIsStillInFlight()
    {
        using AdmissionController controller = Build(AdmissionMode.Off, queue: false);
        AdmissionLease[] leases = [.. Enumerable.Range(0, 3).Select(_ => controller.TryAdmit(default))];

        controller.Mode = AdmissionMode.Enforce;

        Assert.False(controller.TryAdmit(default).IsAdmitted);
        Array.ForEach(leases, lease => lease.Dispose());
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_OffAndTheLeaseIsLost_IsReclaimedAndSeen()
    {
        using AdmissionController controller = Policy.Build(_time, p =>
        {
            p.FixedConcurrency(1).Options.Mode = AdmissionMode.Off;
            p.Options.MaxLeaseAge = TimeSpan.FromSeconds(10);
        });
        controller.TryAdmit(default);
        Advance(5000);
        Assert.Equal(TimeSpan.FromSeconds(5), controller.GetOldestLeaseAge());

        Advance(8000);

        Assert.Equal((0, 1L), (controller.GetStatistics().InFlight, controller.GetStatistics().LostLeases));
        controller.Mode = AdmissionMode.Enforce;
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_OffAndMoreThanCanBeCounted_CountsNoMore()
    {
        using AdmissionController controller = Build(AdmissionMode.Off);
        AdmissionRequest costly = Policy.Request(cost: AdmissionRequest.MaxCost);

        AdmissionLease[] leases = [.. Enumerable.Range(0, 2200).Select(_ => controller.TryAdmit(costly))];

        Assert.InRange(controller.GetStatistics().InFlight, int.MaxValue / 2, (int.MaxValue / 2) + AdmissionRequest.MaxCost);
        Array.ForEach(leases, lease => lease.Dispose());
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Theory]
    [InlineData(AdmissionMode.Enforce, AdmissionMode.Enforce, AdmissionMode.Enforce)]
    [InlineData(AdmissionMode.Enforce, AdmissionMode.Shadow, AdmissionMode.Shadow)]
    [InlineData(AdmissionMode.Off, AdmissionMode.Shadow, AdmissionMode.Off)]
    [InlineData(AdmissionMode.Shadow, AdmissionMode.Enforce, AdmissionMode.Shadow)]
    public void EffectiveMode_OwnAndCommon_IsTheOneThatInterferesLess(AdmissionMode own, AdmissionMode common, AdmissionMode expected)
    {
        using ServiceProvider services = Services(own);
        AdmissionPolicies policies = services.GetRequiredService<AdmissionPolicies>();
        AdmissionController before = policies["before"];

        policies.Mode = common;

        Assert.Equal((expected, own), (before.EffectiveMode, before.Mode));
        Assert.Equal(expected, policies["after"].EffectiveMode);
        policies.Mode = AdmissionMode.Enforce;
        Assert.Equal(own, before.EffectiveMode);
    }

    [Fact]
    public void Update_OtherOptionsChange_KeepsTheModeSetByCode()
    {
        using AdmissionController controller = Build();
        controller.Mode = AdmissionMode.Off;

        controller.Update(controller.Plan with { OverloadRetryAfter = TimeSpan.FromSeconds(2) });
        Assert.Equal(AdmissionMode.Off, controller.Mode);

        controller.Update(controller.Plan with { Mode = AdmissionMode.Shadow });
        Assert.Equal(AdmissionMode.Shadow, controller.Mode);
    }

    [Fact]
    public void AsRateLimiter_Shadow_AcquiresWhateverIsDecided()
    {
        using AdmissionController controller = Build(AdmissionMode.Shadow);
        using var limiter = controller.AsRateLimiter();

        for (int i = 0; i < 5; i++)
        {
            Assert.True(limiter.AttemptAcquire().IsAcquired);
        }

        Assert.True(limiter.AttemptAcquire(0).IsAcquired);
        Assert.True(limiter.AcquireAsync().Result.IsAcquired);
    }

    private AdmissionController Build(AdmissionMode mode = AdmissionMode.Enforce, bool queue = true) => Policy.Build(_time, p =>
    {
        p.FixedConcurrency(2).Options.Mode = mode;
        if (queue)
        {
            p.Queue(TimeSpan.FromSeconds(1));
        }
    });

    private static AdmissionLease Admit(AdmissionController controller)
    {
        ValueTask<AdmissionLease> answer = controller.AdmitAsync(default);
        Assert.True(answer.IsCompleted);
        return answer.Result;
    }

    private static ServiceProvider Services(AdmissionMode mode)
    {
        var services = new ServiceCollection();
        services.AddAdmissionControl(admission =>
        {
            admission.AddPolicy("before", p => p.FixedConcurrency(1).Options.Mode = mode);
            admission.AddPolicy("after", p => p.FixedConcurrency(1).Options.Mode = mode);
        });
        return services.BuildServiceProvider();
    }

    private void Advance(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
