using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Triage;

/// <summary>What triage knows of time: ten slots of 20 ms, so 500/s, whose rate is known from half a second in which all of them were wanted.</summary>
public sealed class TriageWaitTests : IDisposable
{
    private const int Slots = 10;
    private const int Service = 20;

    private readonly FakeTimeProvider _time = new();
    private AdmissionController? _controller;
    private Plant? _plant;

    private AdmissionController Controller => _controller!;

    private Plant Server => _plant!;

    public void Dispose() => _controller?.Dispose();

    [Theory]
    [InlineData(100, 0.19, false)]
    [InlineData(100, 0.22, true)]
    [InlineData(50, 0.09, false)]
    [InlineData(50, 0.12, true)]
    public void AdmitAsync_Deadline_IsRefusedAtEntryWhenItsTurnComesTooLate(int ahead, double deadline, bool mayWait)
    {
        Learn(maxWait: 1);
        Fill(ahead, RequestPriority.High);

        Asked asked = Server.Ask(new AdmissionRequest(RequestPriority.Normal).WithDeadline(TimeSpan.FromSeconds(deadline), _time));

        Assert.Equal(!mayWait, asked.IsCompleted);
        if (!mayWait)
        {
            Assert.Equal(RejectionReason.DeadlineUnreachable, asked.Result.Reason);
            Assert.True(asked.Result.RetryAfter >= TimeSpan.FromSeconds(ahead / 510.0));
            Assert.Equal(ahead, Controller.GetStatistics().Waiting);
        }
    }

    /// <summary>Whoever comes later is served later; only the more important do not wait for those who are here.</summary>
    [Fact]
    public void AdmitAsync_DeadlineOfTheMoreImportant_CountsThoseAheadOnly()
    {
        Learn();
        Fill(100, RequestPriority.Normal);

        Assert.False(Ask(RequestPriority.High).IsCompleted);
        Assert.Equal(RejectionReason.DeadlineUnreachable, Ask(RequestPriority.Normal).Result.Reason);
        Assert.Equal(RejectionReason.DeadlineUnreachable, Ask(RequestPriority.Bulk).Result.Reason);

        Asked Ask(RequestPriority priority) => Server.Ask(new AdmissionRequest(priority).WithDeadline(TimeSpan.FromSeconds(0.1), _time));
    }

    /// <summary>Who is lighter goes first, so the heavy who wait are not in its way.</summary>
    [Fact]
    public void AdmitAsync_DeadlineOfALightClient_DoesNotCountTheHeavyOnes()
    {
        _controller = Policy.Build(_time, p => p.FixedConcurrency(Slots).ShedFairly(f => f.PrefersKnownClients = false).Queue(TimeSpan.FromSeconds(1), 1000));
        _plant = new Plant(Controller, _time, Service);
        int turn = 0;
        Server.Run(3000, 0.55, Next);
        Server.Run(200, 1, Next);
        Assert.True(Controller.GetStatistics().Waiting > 100);

        Assert.False(Server.Ask(Of(client: 3).WithDeadline(TimeSpan.FromSeconds(0.05), _time)).IsCompleted);
        Assert.Equal(RejectionReason.DeadlineUnreachable, Server.Ask(Of(client: 0).WithDeadline(TimeSpan.FromSeconds(0.05), _time)).Result.Reason);

        AdmissionRequest Next() => Of(client: turn++ % 20 == 0 ? 1 + (turn / 20 % 10) : 0);

        static AdmissionRequest Of(int client) => new() { Partition = SeededKeys.Client(1, client), Cohort = 0 };
    }

    [Fact]
    public void AdmitAsync_DeadlinePassedAlready_IsRefused()
    {
        Learn();
        Fill(1, RequestPriority.High);
        Asked asked = Server.Ask(new AdmissionRequest(RequestPriority.Critical).WithDeadline(TimeSpan.Zero, _time));
        Assert.Equal(RejectionReason.DeadlineUnreachable, asked.Result.Reason);
    }

    /// <summary>The timer is late, and a permit comes back first: who has waited too long does not get it.</summary>
    [Fact]
    public void Complete_AfterTheDeadlineOfOneWhoWaits_GrantsTheNext()
    {
        var time = new LateTimeProvider();
        using AdmissionController controller = Policy.Build(time, p => p.FixedConcurrency(1).ShedByPriority().Queue(TimeSpan.FromSeconds(10)));
        AdmissionLease held = controller.TryAdmit(default);
        Asked late = new(controller.AdmitAsync(new AdmissionRequest(RequestPriority.Critical).WithDeadline(TimeSpan.FromSeconds(1), time)));
        Asked next = new(controller.AdmitAsync(new AdmissionRequest(RequestPriority.Bulk)));
        time.Advance(TimeSpan.FromSeconds(1.001));
        Assert.False(late.IsCompleted);

        held.Dispose();

        Assert.Equal(RejectionReason.DeadlineUnreachable, late.Result.Reason);
        Assert.True(next.Result.IsAdmitted);
    }

    [Theory]
    [InlineData(1000, 500)]
    [InlineData(400, 400)]
    public void AdmitAsync_DrainRateKnown_AsManyWaitAsDrainInASecond(int maxLength, int places)
    {
        Learn(maxWait: 1, maxLength);
        Fill(places - 10, RequestPriority.Normal);
        Asked[] more = Fill(30, RequestPriority.Normal);

        Assert.InRange(more.Count(a => !a.IsCompleted), 5, 12);
        Assert.All(more.Where(a => a.IsCompleted), a => Assert.True(a.Result.Reason is RejectionReason.QueueFull or RejectionReason.DeadlineUnreachable));
    }

    /// <summary>All places are taken: who comes takes that of the least important, or none.</summary>
    [Fact]
    public void AdmitAsync_NoPlaceLeft_DisplacesTheLeastImportant()
    {
        Learn(maxWait: 1);
        Asked[] bulk = Fill(300, RequestPriority.Bulk);
        Fill(250, RequestPriority.Low);
        int displaced = bulk.Count(b => b.IsCompleted);
        int waiting = Controller.GetStatistics().Waiting;
        Assert.InRange(displaced, 40, 60);

        Asked critical = Server.Ask(new(RequestPriority.Critical));

        Assert.False(critical.IsCompleted);
        Assert.Equal((waiting, displaced + 1), (Controller.GetStatistics().Waiting, bulk.Count(b => b.IsCompleted)));

        // The newest had waited for the shortest time.
        Assert.All(bulk[^(displaced + 1)..], b => Assert.Equal(RejectionReason.Displaced, b.Result.Reason));
    }

    /// <summary>The server stops: within two seconds it is known that no more than three quarters, and then less, are served in time.</summary>
    [Fact]
    public void AdmitAsync_ServerStops_TheLeastImportantAreTrimmedAway()
    {
        Learn(maxWait: 4, maxLength: 3000);
        Asked[] bulk = Fill(900, RequestPriority.Bulk);
        Asked[] high = Fill(900, RequestPriority.High);

        _time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.InRange(Controller.GetStatistics().Waiting, 1450, 1550);
        Assert.DoesNotContain(high, h => h.IsCompleted);
        Assert.All(bulk.Where(b => b.IsCompleted), b => Assert.Equal(RejectionReason.Displaced, b.Result.Reason));
        Assert.True(bulk[^1].IsCompleted && !bulk[0].IsCompleted);
    }

    /// <summary>Of the 1,500 places that are left, half are Bulk's.</summary>
    [Fact]
    public void AdmitAsync_ServerStops_PromisedPlacesAreNotTrimmed()
    {
        Learn(maxWait: 4, maxLength: 3000);
        Controller.Update(Controller.Plan with { Triage = Controller.Plan.Triage! with { Promises = [0, 0, 0, 0, 0.5] } });
        Asked[] bulk = Fill(700, RequestPriority.Bulk);
        Asked[] high = Fill(1100, RequestPriority.High);

        _time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.InRange(Controller.GetStatistics().Waiting, 1450, 1550);
        Assert.DoesNotContain(bulk, b => b.IsCompleted);
        Assert.All(high.Where(h => h.IsCompleted), h => Assert.Equal(RejectionReason.Displaced, h.Result.Reason));
    }

    /// <summary>A waiter is used again as soon as its answer was taken, so who asks it twice must not get another's.</summary>
    [Fact]
    public void AdmitAsync_AwaitedTwice_ThrowsAndDoesNotTouchWhoWaitsNow()
    {
        Learn();
        ValueTask<AdmissionLease> first = Controller.AdmitAsync(new AdmissionRequest(RequestPriority.Critical));
        Server.EndAll(leaving: Slots - 1);
        AdmissionLease granted = first.Result;
        Assert.True(granted.IsAdmitted);
        using var cancellation = new CancellationTokenSource();
        Asked second = new(Controller.AdmitAsync(new AdmissionRequest(RequestPriority.Critical), cancellation.Token));

        Assert.Throws<InvalidOperationException>(() => first.Result);

        Assert.False(second.IsCompleted);
        cancellation.Cancel();
        Assert.Equal(RejectionReason.Cancelled, second.Result.Reason);
        granted.Dispose();
    }

    [Fact]
    public void AdmitAsync_WaiterUsedAgain_IsNotEndedByTheTokenOfItsLastRequest()
    {
        Learn();
        using var old = new CancellationTokenSource();
        ValueTask<AdmissionLease> first = Controller.AdmitAsync(new AdmissionRequest(RequestPriority.Critical), old.Token);
        Server.EndAll(leaving: Slots - 1);
        AdmissionLease granted = first.Result;
        Asked second = Server.Ask(new(RequestPriority.Critical));

        old.Cancel();

        Assert.False(second.IsCompleted);
        granted.Dispose();
        Assert.True(second.Result.IsAdmitted);
    }

    [Fact]
    public void AdmitAsync_WaiterOfAShadowUsedAgain_AnswersItsOwnRequest()
    {
        Learn();
        Controller.Mode = AdmissionMode.Shadow;
        AdmissionLease shadow = Server.Ask(default).Result;
        Assert.Equal(1, Controller.GetStatistics().Waiting);
        Controller.Mode = AdmissionMode.Off;
        Controller.Mode = AdmissionMode.Enforce;
        Asked waiting = Server.Ask(default);
        Assert.False(waiting.IsCompleted);

        Server.EndAll(leaving: Slots - 1);

        Assert.True(waiting.Result.IsAdmitted);
        shadow.Dispose();
    }

    [Fact]
    public void AdmitAsync_AWaiterLeft_IsNeverTrimmed()
    {
        Learn(maxWait: 3600);
        _ = Controller.AdmitAsync(Policy.Request(cost: Slots));
        for (int i = 0; i < 200; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, Controller.GetStatistics().Waiting);
    }

    /// <summary>From three times to half and to twenty times what is served: the more are turned away, the later they should come back, and never later than three times 30 s.</summary>
    [Fact]
    public void RetryAfter_Flood_GrowsWithTheDemandAndLiesBetweenOnceAndThreeTimes()
    {
        double before = 0;
        foreach (double load in (double[])[3, 6, 20, 60])
        {
            _controller?.Dispose();
            Learn(overloadRetryAfter: 0.5);
            Server.Run(6000, load * Slots / Service, () => new(RequestPriority.Normal));
            double least = Math.Min(30, (1 / (1 - Controller.Pressure)) - 1);
            Assert.Equal(Math.Min(30, load - 1), least, load * 0.1);

            double[] asked = [.. Enumerable.Range(0, 1000).Select(_ => Refusal().RetryAfter.TotalSeconds / least)];

            AssertEven(asked);
            Assert.True(least > before);
            before = least;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void RetryAfter_NoOverloadKnown_IsOnceToThreeTimesTheOption(double option)
    {
        Learn(maxLength: 1, overloadRetryAfter: option);
        Fill(1, RequestPriority.Critical);
        double[] asked = [.. Enumerable.Range(0, 1000).Select(_ => Refusal().RetryAfter.TotalSeconds)];
        if (option == 0)
        {
            // Nothing but the turn of the one ahead.
            Assert.All(asked, a => Assert.Equal(0.002, a, 1e-4));
        }
        else
        {
            AssertEven([.. asked.Select(a => a / option)]);
        }
    }

    /// <summary>Between one and three, and in each tenth of that as many as in any other.</summary>
    private static void AssertEven(double[] times)
    {
        Assert.InRange(times.Min(), 0.999, 1.01);
        Assert.InRange(times.Max(), 2.99, 3.001);
        Assert.All(times.CountBy(t => (int)((t - 1) * 5)).Where(tenth => tenth.Key is >= 0 and < 10), tenth => Assert.InRange(tenth.Value, 97, 103));

        // Those who are refused one after the other come back far from each other.
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(Math.Abs(pair.First - pair.Second) > 0.5));
    }

    private AdmissionLease Refusal()
    {
        AdmissionLease lease = Server.Ask(new AdmissionRequest(RequestPriority.Normal) { Cohort = 127 }).Result;
        Assert.False(lease.IsAdmitted);
        return lease;
    }

    /// <summary>A little more than can be served at once, so that somebody always waits and nobody is lost.</summary>
    private void Learn(double maxWait = 0.2, int maxLength = 1000, double overloadRetryAfter = 1)
    {
        _controller = Policy.Build(_time, p => p.FixedConcurrency(Slots).ShedByPriority().Queue(TimeSpan.FromSeconds(maxWait), maxLength).Options.OverloadRetryAfter = TimeSpan.FromSeconds(overloadRetryAfter));
        _plant = new Plant(Controller, _time, Service);
        Server.Run(Service, 0.5, () => default);
        int count = Math.Min(maxLength, 5);
        for (int i = 0; i < 600; i++)
        {
            while (Controller.GetStatistics().Waiting < count)
            {
                Server.Ask(default);
            }

            Server.Pass();
        }

        Server.EndAll(leaving: Slots);
        while (Controller.GetStatistics().Waiting > 0)
        {
            Server.Pass();
        }

        while (Controller.GetStatistics().InFlight < Slots)
        {
            Server.Ask(default);
        }

        Assert.Equal((0, 0.0), (Controller.GetStatistics().Waiting, Controller.Pressure));
    }

    private Asked[] Fill(int count, RequestPriority priority) => [.. Enumerable.Range(0, count).Select(_ => Server.Ask(new AdmissionRequest(priority) { Cohort = 0 }))];

    /// <summary>A clock whose timers never call.</summary>
    private sealed class LateTimeProvider : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(static _ => { }, null, dueTime, period);
    }
}
