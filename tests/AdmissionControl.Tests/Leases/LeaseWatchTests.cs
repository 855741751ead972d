using AdmissionControl.Concurrency;
using AdmissionControl.Leases;
using AdmissionControl.Policies;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Leases;

public class LeaseWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<AdmissionController> _logger = new();

    [Fact]
    public void MaxLeaseAge_LeaseNobodyCompletes_IsReclaimedAndLoggedOnce()
    {
        using AdmissionController controller = Build(TimeSpan.FromSeconds(40));
        AdmissionLease first = controller.TryAdmit(default);
        AdmissionLease second = controller.TryAdmit(Policy.Request(cost: 2));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(3, controller.GetStatistics().InFlight);
        _time.Advance(TimeSpan.FromSeconds(10));
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((0, 2L), (statistics.InFlight, statistics.LostLeases));
        FakeLogRecord record = Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Equal((LogLevel.Warning, "LeaseLost"), (record.Level, record.Id.Name));
        Assert.Contains("'shop'", record.Message, StringComparison.Ordinal);
        Assert.Contains("00:00:40", record.Message, StringComparison.Ordinal);

        first.Complete(AdmissionOutcome.Success);
        second.Dispose();
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void MaxLeaseAge_LeaseThatIsYoungEnough_StaysOut()
    {
        using AdmissionController controller = Build(TimeSpan.FromSeconds(40));
        for (int i = 0; i < 20; i++)
        {
            using AdmissionLease lease = controller.TryAdmit(default);
            _time.Advance(TimeSpan.FromSeconds(39));
            Assert.Equal(1, controller.GetStatistics().InFlight);
        }

        Assert.Equal((0, 0L), (controller.GetStatistics().InFlight, controller.GetStatistics().LostLeases));
        Assert.Empty(_logger.Collector.GetSnapshot());
    }

    /// <summary>The slot of a reclaimed lease has another owner at once; the late completion does not touch it.</summary>
    [Fact]
    public void MaxLeaseAge_LateCompletionAfterReuse_IsIgnored()
    {
        using AdmissionController controller = Build(TimeSpan.FromSeconds(40));
        AdmissionLease lost = controller.TryAdmit(default);
        _time.Advance(TimeSpan.FromSeconds(50));
        AdmissionLease[] next = [.. Enumerable.Range(0, 3).Select(_ => controller.TryAdmit(default))];
        Assert.Contains(next, l => ReferenceEquals(l.Slot, lost.Slot));
        lost.Complete(AdmissionOutcome.Overloaded, TimeSpan.FromHours(1));
        Assert.Equal(3, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void MaxLeaseAge_LeaseOfAnotherController_IsNotTouched()
    {
        using AdmissionController strict = Build(TimeSpan.FromSeconds(1));
        using AdmissionController lenient = Build(maxAge: null);
        using AdmissionLease lease = lenient.TryAdmit(default);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, lenient.GetStatistics().InFlight);
        Assert.Equal(TimeSpan.FromSeconds(10), lenient.GetOldestLeaseAge());
        Assert.Equal(TimeSpan.Zero, strict.GetOldestLeaseAge());
    }

    [Fact]
    public void GetOldestLeaseAge_SeveralLeases_IsThatOfTheOldestStillOut()
    {
        using AdmissionController controller = Build(maxAge: null);
        AdmissionLease first = controller.TryAdmit(default);
        _time.Advance(TimeSpan.FromSeconds(5));
        AdmissionLease second = controller.TryAdmit(AdmissionRequest.Exempt);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(7), controller.GetOldestLeaseAge());
        first.Dispose();
        Assert.Equal(TimeSpan.FromSeconds(2), controller.GetOldestLeaseAge());
        second.Dispose();
        Assert.Equal(TimeSpan.Zero, controller.GetOldestLeaseAge());
    }

    /// <summary>At a high rate most requests read no clock: such a lease counts from the first look that sees it, and is still reclaimed within a quarter more than the longest age.</summary>
    [Fact]
    public void Ages_LeaseThatReadNoClock_CountsFromTheFirstLook()
    {
        using AdmissionController watched = Busy(maxAge: TimeSpan.FromSeconds(40));
        using AdmissionController unwatched = Busy(maxAge: null);
        AdmissionLease lost = NotTimed(watched);
        AdmissionLease open = NotTimed(unwatched);
        Pass(30);
        Assert.Equal(TimeSpan.Zero, unwatched.GetOldestLeaseAge());
        Pass(9);
        Assert.Equal(TimeSpan.FromSeconds(9), unwatched.GetOldestLeaseAge());
        Assert.Equal(1, watched.GetStatistics().InFlight);
        Pass(11);
        Assert.Equal((0, 1L), (watched.GetStatistics().InFlight, watched.GetStatistics().LostLeases));

        // The next lease in the slot begins anew.
        open.Dispose();
        using AdmissionLease next = NotTimed(unwatched);
        Assert.Equal(TimeSpan.Zero, unwatched.GetOldestLeaseAge());

        // In steps, as real time passes: the watch must have looked in between.
        void Pass(int seconds)
        {
            for (int i = 0; i < seconds; i++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        AdmissionController Busy(TimeSpan? maxAge)
        {
            var controller = new AdmissionController(
                "busy",
                new AdmissionPolicyOptions
                {
                    Concurrency = new ConcurrencyOptions { Algorithm = ConcurrencyAlgorithm.Vegas, LatencySamplesPerSecond = 100 },
                    MaxLeaseAge = maxAge,
                },
                _time);
            for (int i = 0; i < 3_000; i++)
            {
                controller.TryAdmit(default).Complete(AdmissionOutcome.Success);
                _time.Advance(TimeSpan.FromMilliseconds(1));
            }

            return controller;
        }

        static AdmissionLease NotTimed(AdmissionController controller)
        {
            while (true)
            {
                AdmissionLease lease = controller.TryAdmit(default);
                if (!lease.Slot!.IsTimed)
                {
                    return lease;
                }

                lease.Dispose();
            }
        }
    }

    /// <summary>The slots of a thread that has ended serve others, and are not found as leases.</summary>
    [Fact]
    public void Registry_ThreadsThatComeAndGo_HoldsABoundedNumberOfSlots()
    {
        using AdmissionController controller = Build(maxAge: null, limit: 1000);
        HashSet<LeaseSlot> slots = new(ReferenceEqualityComparer.Instance);

        // Until half of what was used was another thread's before. A finalizer runs when it will, and other tests take slots, too.
        int threads = 0;
        for (; threads < 200 || (threads < 4000 && slots.Count > threads * LeasePool.LocalCapacity / 2); threads++)
        {
            var thread = new Thread(() =>
            {
                AdmissionLease[] leases = [.. Enumerable.Range(0, LeasePool.LocalCapacity).Select(_ => controller.TryAdmit(default))];
                slots.UnionWith(leases.Select(l => l.Slot!));
                Array.ForEach(leases, l => l.Dispose());
            });
            thread.Start();
            thread.Join();
            if (threads % 10 == 9)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }

        Assert.InRange(slots.Count, 1, threads * LeasePool.LocalCapacity / 2);
        Assert.Equal(TimeSpan.Zero, controller.GetOldestLeaseAge());
    }

    /// <summary>Slots that the pool drops are dropped here, too, or the list would keep alive what the pool gave up.</summary>
    [Fact]
    public void Registry_MoreSlotsReturnedThanThePoolKeeps_ForgetsTheRest()
    {
        const int Many = 20_000;
        using AdmissionController controller = Build(maxAge: null, limit: Many);
        AdmissionLease[] leases = [.. Enumerable.Range(0, Many).Select(_ => controller.TryAdmit(default))];
        Assert.True(Registered() >= Many);
        Array.ForEach(leases, l => l.Dispose());

        // Other tests hold leases at the same time, though not thousands.
        Assert.InRange(Registered(), 1, Many / 2);

        static int Registered() => ((System.Collections.ICollection)typeof(LeaseRegistry)
            .GetField("Slots", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.GetValue(null)!).Count;
    }

    [Fact]
    public void MaxLeaseAge_OfABareGate_IsReclaimedLoggedOnceAndLateCompletionIgnored()
    {
        var logger = new FakeLogger<LeaseWatch>();
        using var watch = new LeaseWatch("sop", TimeSpan.FromSeconds(40), _time, logger);
        var gate = new ConcurrencyGate(4, watch);
        AdmissionLease lost = gate.TryAcquireLease(2);
        Assert.True(gate.TryAcquireLease().IsAdmitted);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal((3, 0L), (gate.InFlight, watch.LostLeases));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((0, 2L), (gate.InFlight, watch.LostLeases));
        FakeLogRecord record = Assert.Single(logger.Collector.GetSnapshot());
        Assert.Equal((LogLevel.Warning, "LeaseLost"), (record.Level, record.Id.Name));
        Assert.Contains("'sop'", record.Message, StringComparison.Ordinal);

        // Permits that were taken without a lease are nobody's to reclaim, and a late completion touches nothing.
        Assert.True(gate.TryAcquire(3));
        lost.Complete(AdmissionOutcome.Success);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, gate.InFlight);
    }

    [Fact]
    public void GetOldestLeaseAge_OfSeveralGates_IsThatOfTheOldestStillOut()
    {
        using var watch = new LeaseWatch("sop", timeProvider: _time);
        ConcurrencyGate one = new(4, watch), other = new(4, watch), unwatched = new(4);
        AdmissionLease stranger = unwatched.TryAcquireLease();
        Assert.Equal(TimeSpan.Zero, watch.GetOldestLeaseAge());
        AdmissionLease first = one.TryAcquireLease();
        _time.Advance(TimeSpan.FromSeconds(5));
        AdmissionLease second = other.TryAcquireLease();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(7), watch.GetOldestLeaseAge());
        first.Dispose();
        Assert.Equal(TimeSpan.FromSeconds(2), watch.GetOldestLeaseAge());
        second.Dispose();
        Assert.Equal((TimeSpan.Zero, 0L), (watch.GetOldestLeaseAge(), watch.LostLeases));
        stranger.Dispose();
    }

    [Fact]
    public void Dispose_LeaseBecomesOld_IsNotReclaimed()
    {
        var watch = new LeaseWatch("sop", TimeSpan.FromSeconds(1), _time);
        var gate = new ConcurrencyGate(4, watch);
        AdmissionLease lease = gate.TryAcquireLease();
        watch.Dispose();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, TimeSpan.FromHours(1)), (gate.InFlight, watch.GetOldestLeaseAge()));
        lease.Dispose();
        Assert.Equal(0, gate.InFlight);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData((30 * 86_400_000L) + 1)]
    public void Constructor_AgeOutOfRange_SaysWhatIsAllowed(long milliseconds)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new LeaseWatch("sop", TimeSpan.FromMilliseconds(milliseconds), _time));
        Assert.Equal("maxLeaseAge", error.ParamName);
        Assert.Contains("from 00:00:01 to 30.00:00:00", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new LeaseWatch(null!));
        Assert.Throws<ArgumentNullException>(() => new ConcurrencyGate(1, null!));
    }

    private AdmissionController Build(TimeSpan? maxAge, int limit = 10) => new(
        "shop",
        new AdmissionPolicyOptions { Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = limit }, MaxLeaseAge = maxAge },
        _time,
        _logger);
}
