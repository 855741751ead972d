using AdmissionControl.Policies;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

public class AdmissionControllerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryAdmit_RateUsedUp_RefusesWithExactRetryAfter()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("10/s", burst: 2));
        Assert.True(controller.TryAdmit(default).IsAdmitted);
        Assert.True(controller.TryAdmit(default).IsAdmitted);

        AdmissionLease refusal = controller.TryAdmit(default);

        Assert.False(refusal.IsAdmitted);
        Assert.Equal(RejectionReason.Rate, refusal.Reason);
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100.001));
        _time.Advance(refusal.RetryAfter);
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_ConcurrencyRefuses_BurnsNoToken()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("1/s", burst: 5).FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);

        Assert.Equal(RejectionReason.ConcurrencyLimit, controller.TryAdmit(default).Reason);

        Assert.Equal(4, controller.GetStatistics().AvailablePermits);
        held.Complete(AdmissionOutcome.Success);
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_RateRefuses_GivesThePartitionItsTokenBack()
    {
        var request = new AdmissionRequest { Partition = PartitionKey.From("client") };
        using AdmissionController controller = Policy.Build(_time, p => p.RatePerPartition("1/h", burst: 2).Rate("1/s"));
        Assert.True(controller.TryAdmit(request).IsAdmitted);
        Assert.Equal(RejectionReason.Rate, controller.TryAdmit(request).Reason);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(controller.TryAdmit(request).IsAdmitted);
        Assert.Equal(RejectionReason.PartitionRate, controller.TryAdmit(request).Reason);
    }

    [Fact]
    public void TryAdmit_PartitionUsedUp_LeavesOthersAlone()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.RatePerPartition("1/s"));
        Assert.True(controller.TryAdmit(new() { Partition = PartitionKey.From("a") }).IsAdmitted);

        Assert.Equal(RejectionReason.PartitionRate, controller.TryAdmit(new() { Partition = PartitionKey.From("a") }).Reason);
        Assert.True(controller.TryAdmit(new() { Partition = PartitionKey.From("b") }).IsAdmitted);
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_SeveralStagesLack_RetryAfterIsTheLargest()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("1/min").FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);

        AdmissionLease refusal = controller.TryAdmit(default);

        Assert.Equal(RejectionReason.ConcurrencyLimit, refusal.Reason);
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(10));
        held.Dispose();
    }

    /// <summary>On the system's clock, where triage is asked first when others wait.</summary>
    [Fact]
    public void AdmitAsync_OthersWaitAndOwnRateIsUsedUp_IsRefusedForItsOwnFault()
    {
        using var controller = new AdmissionController("test", Policy.Options(p => p.FixedConcurrency(1).RatePerPartition("1/day").ShedByPriority().Queue(TimeSpan.FromHours(1))));
        var client = new AdmissionRequest { Partition = PartitionKey.From("client") };
        controller.TryAdmit(client);
        var other = new Asked(controller.AdmitAsync(default));
        Assert.False(other.IsCompleted);

        Assert.Equal(RejectionReason.PartitionRate, new Asked(controller.AdmitAsync(client)).Result.Reason);
        var stranger = new Asked(controller.AdmitAsync(client with { Partition = PartitionKey.From("stranger") }));
        Assert.False(stranger.IsCompleted);
        controller.EndWaits();
        Assert.Equal(RejectionReason.ShuttingDown, other.Result.Reason);
        Assert.Equal(RejectionReason.ShuttingDown, stranger.Result.Reason);
    }

    [Fact]
    public void TryAdmit_LessImportant_AreShedFirst()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(20).ShareByPriority());
        int[] admitted = [0, 0, 0, 0, 0];
        foreach (RequestPriority priority in Enum.GetValues<RequestPriority>().Reverse())
        {
            while (controller.TryAdmit(new(priority)).IsAdmitted)
            {
                admitted[(int)priority]++;
            }
        }

        // 20 permits: Bulk fills up to 10, Low to 15, Normal to 18, High to 19, Critical to 20.
        Assert.Equal([1, 1, 3, 5, 10], admitted);
        Assert.Equal(RejectionReason.ConcurrencyLimit, controller.TryAdmit(new(RequestPriority.Critical)).Reason);
    }

    [Fact]
    public void TryAdmit_ShareTakenButLimitNot_IsShedAndNotAFullLimit()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(10).ShareByPriority());
        for (int i = 0; i < 5; i++)
        {
            Assert.True(controller.TryAdmit(new(RequestPriority.Bulk)).IsAdmitted);
        }

        Assert.Equal(RejectionReason.Shed, controller.TryAdmit(new(RequestPriority.Bulk)).Reason);
        Assert.True(controller.TryAdmit(new(RequestPriority.Low)).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_Share_AlsoReservesTokens()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("1/s", burst: 10).ShareByPriority());
        for (int i = 0; i < 5; i++)
        {
            Assert.True(controller.TryAdmit(new(RequestPriority.Bulk)).IsAdmitted);
        }

        Assert.Equal(RejectionReason.Rate, controller.TryAdmit(new(RequestPriority.Bulk)).Reason);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(controller.TryAdmit(new(RequestPriority.Critical)).IsAdmitted);
        }
    }

    [Fact]
    public void TryAdmit_CostAboveTheLimit_PassesOnlyWhenNothingIsInFlight()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(2));
        AdmissionLease small = controller.TryAdmit(default);
        Assert.False(controller.TryAdmit(Policy.Request(cost: 5)).IsAdmitted);

        small.Dispose();

        Assert.True(controller.TryAdmit(Policy.Request(cost: 5)).IsAdmitted);
        Assert.Equal(5, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void TryAdmit_CostAboveTheBurst_IsNeverAdmittedAndSaysSo()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("10/s", burst: 5));

        AdmissionLease refusal = controller.TryAdmit(Policy.Request(cost: 6));

        Assert.Equal(RejectionReason.Rate, refusal.Reason);
        Assert.Equal(TimeSpan.MaxValue, refusal.RetryAfter);
    }

    [Fact]
    public void TryAdmit_Probe_PassesWhatIsFullAndIsCounted()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("1/day").FixedConcurrency(1));
        AdmissionLease held = controller.TryAdmit(default);

        AdmissionLease probe = controller.TryAdmit(AdmissionRequest.Exempt);

        Assert.True(probe.IsAdmitted);
        Assert.Equal(2, controller.GetStatistics().InFlight);
        probe.Complete(AdmissionOutcome.Success);
        held.Dispose();
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void TryAdmit_MoreProbesThanTheGuardLetsPass_AreOrdinaryLowRequests()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1));
        AdmissionLease[] probes = [.. Enumerable.Range(0, 8).Select(_ => controller.TryAdmit(AdmissionRequest.Exempt))];
        Assert.All(probes, probe => Assert.True(probe.IsAdmitted));

        Assert.False(controller.TryAdmit(AdmissionRequest.Exempt).IsAdmitted);

        Assert.Equal(1, controller.GetStatistics().Rejected(RequestPriority.Low));
        probes[0].Dispose();
        Assert.True(controller.TryAdmit(AdmissionRequest.Exempt).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_MoreProbesASecondThanTheGuardLetsPass_AreOrdinaryLowRequests()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("1/day"));
        controller.TryAdmit(default).Dispose();
        for (int i = 0; i < 50; i++)
        {
            AdmissionLease probe = controller.TryAdmit(AdmissionRequest.Exempt);
            Assert.True(probe.IsAdmitted);
            probe.Dispose();
        }

        Assert.False(controller.TryAdmit(AdmissionRequest.Exempt).IsAdmitted);
        _time.Advance(TimeSpan.FromMilliseconds(21));
        Assert.True(controller.TryAdmit(AdmissionRequest.Exempt).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_ProbesOfTwoSources_OneThatFloodsLeavesTheOtherRoom()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1));
        using AdmissionLease held = controller.TryAdmit(default);
        AdmissionRequest stranger = AdmissionRequest.Exempt with { Partition = PartitionKey.FromHash(1) };
        AdmissionRequest balancer = AdmissionRequest.Exempt with { Partition = PartitionKey.FromHash(2) };
        AdmissionLease[] flood = [.. Enumerable.Range(0, 100).Select(_ => controller.TryAdmit(stranger))];
        Assert.Equal(4, flood.Count(lease => lease.IsAdmitted));

        controller.TryAdmit(balancer).Dispose();
        AdmissionLease probe = controller.TryAdmit(balancer);

        Assert.True(probe.IsAdmitted);
        Array.ForEach([.. flood, probe], lease => lease.Dispose());
        Assert.Equal(1, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void Complete_OverloadedWithRetryAfter_HoldsTheRateBack()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("10/s", burst: 5));
        controller.TryAdmit(default).Complete(AdmissionOutcome.Overloaded, TimeSpan.FromSeconds(3));

        AdmissionLease refusal = controller.TryAdmit(default);

        Assert.InRange(refusal.RetryAfter, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.001));
        _time.Advance(TimeSpan.FromSeconds(2.999));
        Assert.False(controller.TryAdmit(default).IsAdmitted);
        _time.Advance(TimeSpan.FromSeconds(0.002));
        Assert.True(controller.TryAdmit(default).IsAdmitted);
        Assert.False(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void Complete_TwiceAndFromACopy_ReleasesOnce()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(3));
        AdmissionLease lease = controller.TryAdmit(default);
        AdmissionLease copy = lease;
        AdmissionLease other = controller.TryAdmit(default);

        lease.Complete(AdmissionOutcome.Success);
        copy.Complete(AdmissionOutcome.Overloaded);
        lease.Dispose();

        Assert.Equal(1, controller.GetStatistics().InFlight);
        other.Dispose();
        copy.Dispose();
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void Complete_StaleCopyAfterItsSlotWasReused_LeavesTheNewLeaseAlone()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1));
        AdmissionLease stale = controller.TryAdmit(default);
        stale.Dispose();
        AdmissionLease current = controller.TryAdmit(default);
        Assert.Same(stale.Slot, current.Slot);

        stale.Complete(AdmissionOutcome.Success);

        Assert.Equal(1, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void Default_Lease_IsARefusalAndDisposesToNothing()
    {
        AdmissionLease lease = default;

        Assert.False(lease.IsAdmitted);
        lease.Complete(AdmissionOutcome.Success);
        lease.Dispose();
    }

    [Fact]
    public void Default_Request_IsNormalOfCostOne()
    {
        AdmissionRequest request = default;

        Assert.Equal(RequestPriority.Normal, request.Priority);
        Assert.Equal(1, request.Cost);
        Assert.False(request.IsExempt);
        Assert.Equal(new AdmissionRequest(RequestPriority.Normal), request);
    }

    [Fact]
    public void Dispose_Controller_RefusesAndLetsLeasesEnd()
    {
        AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1));
        AdmissionLease lease = controller.TryAdmit(default);

        controller.Dispose();

        Assert.Equal(RejectionReason.ShuttingDown, controller.TryAdmit(default).Reason);
        Assert.Equal(RejectionReason.ShuttingDown, controller.TryAdmit(AdmissionRequest.Exempt).Reason);
        lease.Complete(AdmissionOutcome.Success);
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void AdmitAsync_WithoutAQueue_CompletesAtOnce()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1));

        Assert.True(controller.AdmitAsync(default).Result.IsAdmitted);
        Assert.Equal(RejectionReason.ConcurrencyLimit, controller.AdmitAsync(default).Result.Reason);
    }

    [Fact]
    public void VegasLimit_SlowerAnswersUnderLoad_Shrinks()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.AdaptiveConcurrency(c => c.Algorithm = ConcurrencyAlgorithm.Vegas));
        Work(controller, windows: 3, latency: TimeSpan.FromMilliseconds(100));
        int before = controller.GetStatistics().Limit!.Value;

        Work(controller, windows: 20, latency: TimeSpan.FromMilliseconds(900));

        Assert.True(controller.GetStatistics().Limit < before, $"{controller.GetStatistics().Limit} < {before}");
    }

    [Fact]
    public void Constructor_BadOptions_NamesPolicyOptionValueAndRange()
    {
        var options = new AdmissionPolicyOptions { Rate = new RateOptions { Limit = "0/s" } };

        var exception = Assert.Throws<OptionsValidationException>(() => new AdmissionController("sop", options));

        Assert.Contains("'sop'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Rate:Limit is '0/s'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("from 1/day to 1000000000/s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetStatistics_CountsByPriorityAndReason()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(2).ShareByPriority(s => s.Bulk = 0.5));
        controller.TryAdmit(new(RequestPriority.Critical));
        controller.TryAdmit(new(RequestPriority.Bulk));

        AdmissionStatistics statistics = controller.GetStatistics();

        Assert.Equal(1, statistics.Admitted(RequestPriority.Critical));
        Assert.Equal(1, statistics.Rejected(RequestPriority.Bulk, RejectionReason.Shed));
        Assert.Equal((1, 1), (statistics.TotalAdmitted, statistics.TotalRejected));
        Assert.Equal((1, 0, 2), (statistics.InFlight, statistics.Waiting, statistics.Limit));
    }

    private void Work(AdmissionController controller, int windows, TimeSpan latency)
    {
        for (int i = 0; i < windows; i++)
        {
            List<AdmissionLease> leases = [];
            while (controller.TryAdmit(default) is { IsAdmitted: true } lease)
            {
                leases.Add(lease);
            }

            _time.Advance(latency);
            leases.ForEach(lease => lease.Complete(AdmissionOutcome.Success));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void IsAtRest_SomebodyWaitsForTokens_IsFalse()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("1/s").Queue(TimeSpan.FromMinutes(1)));
        controller.TryAdmit(default).Dispose();
        Assert.True(controller.IsAtRest);
        _ = controller.AdmitAsync(default);
        Assert.False(controller.IsAtRest);
    }
}
