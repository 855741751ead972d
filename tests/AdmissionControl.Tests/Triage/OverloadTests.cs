using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Triage;

/// <summary>A controller with triage in front of ten slots of 10 ms, so of 1000/s, on a fake clock.</summary>
public sealed class OverloadTests : IDisposable
{
    private const int Slots = 10;
    private const int PerSecond = 1000;

    private readonly FakeTimeProvider _time = new();
    private readonly Random _random = new(17);
    private AdmissionController? _controller;

    private AdmissionController Controller => _controller!;

    public void Dispose() => _controller?.Dispose();

    [Fact]
    public void Triage_WithoutAQueue_GivesThePolicyOneOfItsOwn()
    {
        Build();
        Assert.Equal((TriageOptions.DefaultMaxWait, 1000), (Controller.Plan.Queue!.MaxWait, Controller.Plan.Queue.MaxLength));
        Assert.Equal(TimeSpan.FromMilliseconds(200), TriageOptions.DefaultMaxWait);
        using AdmissionController own = Policy.Build(_time, p => p.FixedConcurrency(1).ShedByPriority().Queue(TimeSpan.FromSeconds(3), 7));
        Assert.Equal((TimeSpan.FromSeconds(3), 7), (own.Plan.Queue!.MaxWait, own.Plan.Queue.MaxLength));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(3)]
    [InlineData(10)]
    public void AdmitAsync_Flood_ServesAsMuchAsItCanAndTheMostImportantFirst(double load)
    {
        Plant plant = Build();
        plant.Run(4000, load, Mixed);

        Plant.Answer[] answers = [.. plant.Since(1000).Where(a => a.AskedAt < 3700)];
        Assert.True(answers.Count(a => a.IsAdmitted) >= 0.97 * 2.7 * PerSecond, $"{answers.Count(a => a.IsAdmitted)} were served.");
        double[] shares = [.. Enum.GetValues<RequestPriority>().Order().Select(p => AdmittedShare(answers.Where(a => a.Request.Priority == p)))];
        double room = 1 / load;
        Assert.Equal(Math.Min(1, room / 0.1), shares[0], 0.03);
        Assert.True(shares[0] == 1 || load > 9, $"{shares[0]} of the critical were served.");
        for (int priority = 1; priority < shares.Length; priority++)
        {
            Assert.True(shares[priority] <= shares[priority - 1] + 0.002, string.Join(' ', shares));
        }

        Assert.Equal(room, answers.Count(a => a.IsAdmitted) / (double)answers.Length, 0.02);
    }

    [Fact]
    public void AdmitAsync_DrainRateKnown_NoMoreWaitThanDrainWithinTheLongestWait()
    {
        Plant plant = Build();

        // The drain rate is known after a tenth of a second, and there is no threshold yet after two.
        plant.Run(110, 3, OfOneLevel);
        for (int i = 0; i < 90; i++)
        {
            plant.Run(1, 3, OfOneLevel);
            Assert.InRange(Controller.GetStatistics().Waiting, 195, 205);
        }

        Assert.DoesNotContain(plant.Answers, a => a.Reason == RejectionReason.Shed);
        Assert.All(plant.Answers.Where(a => a.IsAdmitted), a => Assert.InRange(a.Waited, 0, 200));
    }

    /// <summary>The bursts of a calm are of Critical only. The flood is not, and from its first moments on it is judged by itself.</summary>
    [Fact]
    public void AdmitAsync_FloodAfterACalmOfOthers_ShedsTheFloodOnly()
    {
        Plant plant = Build();
        for (int i = 0; i < 500; i++)
        {
            plant.Run(1, 18, () => new AdmissionRequest(RequestPriority.Critical));
            plant.Run(19, 0, OfOneLevel);
        }

        Assert.All(plant.Answers, a => Assert.True(a.IsAdmitted));
        Assert.InRange(plant.Answers.Count(a => a.Waited > 0), 3_900, 4_100);
        int began = plant.Now;
        plant.Run(3000, 3, () => new AdmissionRequest(_random.Next(10) == 0 ? RequestPriority.Critical : RequestPriority.Low));

        Assert.Contains(plant.Since(began), a => a.Reason == RejectionReason.Shed);
        Assert.All(plant.Since(began).Where(a => a.Request.Priority == RequestPriority.Critical), a => Assert.True(a.IsAdmitted, $"{a.AskedAt}: {a.Reason}"));
    }

    /// <summary>A flood of one client is all of one level. It does not pass the door whole for that, nor does it leave the plant idle.</summary>
    [Fact]
    public void AdmitAsync_FloodOfOneLevel_IsShedAtTheDoor()
    {
        Plant plant = Build();
        plant.Run(3000, 3, OfOneLevel);

        Plant.Answer[] answers = [.. plant.Since(500).Where(a => a.AskedAt < 2500)];
        Assert.InRange(answers.Count(a => a.IsAdmitted), 1_960, 2_040);
        Assert.All(answers.Where(a => !a.IsAdmitted), a => Assert.Equal((RejectionReason.Shed, 0), (a.Reason, a.Waited)));
    }

    /// <summary>Before that, only the length counts.</summary>
    [Fact]
    public void AdmitAsync_DrainRateUnknown_AsManyWaitAsTheLengthAllows()
    {
        Plant plant = Build(p => p.Queue(TimeSpan.FromMilliseconds(200), maxLength: 300));
        plant.Run(90, 10, () => Of(RequestPriority.Normal));
        Assert.Equal(300, Controller.GetStatistics().Waiting);
        Assert.Contains(plant.Answers, a => a.Reason == RejectionReason.QueueFull);
    }

    [Fact]
    public void AdmitAsync_AboveTheThreshold_IsShedAtOnceAndTakesNoPlace()
    {
        Plant plant = Build();
        plant.Run(2000, 3, Mixed);
        (int waiting, long admitted) = (Controller.GetStatistics().Waiting, Controller.GetStatistics().TotalAdmitted);

        Asked bulk = plant.Ask(Of(RequestPriority.Bulk, cohort: 127));

        Assert.Equal(RejectionReason.Shed, bulk.Result.Reason);
        Assert.Equal((waiting, admitted), (Controller.GetStatistics().Waiting, Controller.GetStatistics().TotalAdmitted));
        Assert.False(plant.Ask(Of(RequestPriority.Critical)).IsCompleted);

        // It is the door that refuses most, not the queue.
        Plant.Answer[] refused = [.. plant.Since(1000).Where(a => !a.IsAdmitted)];
        Assert.True(refused.Count(a => a.Reason == RejectionReason.Shed) > 0.9 * refused.Length);
        Assert.All(refused.Where(a => a.Reason == RejectionReason.Shed), a => Assert.Equal(0, a.Waited));
    }

    [Fact]
    public void AdmitAsync_AFreePermitAndNobodyWaits_AdmitsWhateverTheThresholdSays()
    {
        Plant plant = Build();
        plant.Run(2000, 5, Mixed);
        Assert.Equal(RejectionReason.Shed, plant.Ask(Of(RequestPriority.Bulk, cohort: 127)).Result.Reason);

        plant.EndAll(leaving: Slots - 1);

        Assert.Equal((0, true), (Controller.GetStatistics().Waiting, Controller.Pressure > 0.5));
        Assert.True(plant.Ask(Of(RequestPriority.Bulk, cohort: 127)).Result.IsAdmitted);

        // And so it is when there is no permit any more.
        Assert.Equal(RejectionReason.Shed, plant.Ask(Of(RequestPriority.Bulk, cohort: 127)).Result.Reason);
    }

    [Fact]
    public void AdmitAsync_FloodIsOver_NobodyIsShedAnyMoreAndTheOldestIsServedFirst()
    {
        Plant plant = Build();
        plant.Run(3000, 4, Mixed);
        plant.Run(500, 0.7, Mixed);
        int calm = plant.Now;
        plant.Run(40_000, 0.7, Mixed);
        plant.EndAll(leaving: 0);

        Assert.All(plant.Since(calm), a => Assert.True(a.IsAdmitted));
        Assert.Equal(0, Controller.Pressure);
        AdmissionLease[] held = [.. Enumerable.Range(0, Slots).Select(_ => Controller.TryAdmit(default))];
        Assert.False(plant.Ask(Of(RequestPriority.Bulk, cohort: 127)).IsCompleted);
        Asked[] waiting = [.. Enumerable.Range(0, 3).Select(i => AskLater(Of(RequestPriority.Normal, cohort: (byte)(100 - i))))];
        held[0].Dispose();
        held[1].Dispose();
        Assert.Equal([true, true, false], waiting.Select(w => w.IsCompleted));
    }

    /// <summary>While everybody finds a permit there is no overload, whatever there was before.</summary>
    [Theory]
    [InlineData(AdmissionMode.Shadow)]
    [InlineData(AdmissionMode.Off)]
    public void PressureAndDegradeLevel_NotEnforced_AreNoneSoThatNoAnswerChanges(AdmissionMode mode)
    {
        Plant plant = Build();
        plant.Run(2000, 3, Mixed);
        Assert.Equal(3, Controller.DegradeLevel);

        Controller.Mode = mode;

        Assert.Equal((0.0, 0), (Controller.Pressure, Controller.DegradeLevel));
        Assert.True(Controller.SeenPressure > 0.5);
        Controller.Mode = AdmissionMode.Enforce;
        Assert.Equal(3, Controller.DegradeLevel);
    }

    [Fact]
    public void PressureAndDegradeLevel_LoadFitsAgain_FallWithinSeconds()
    {
        Plant plant = Build();
        plant.Run(3000, 4, Mixed);
        Assert.Equal(3, Controller.DegradeLevel);

        plant.Run(1000, 0.7, Mixed);
        Assert.Equal(0, Controller.Pressure);

        // Two seconds for the level, and two for each step down.
        plant.Run(2000, 0.7, Mixed);
        Assert.Equal(2, Controller.DegradeLevel);
        plant.Run(4000, 0.7, Mixed);
        Assert.Equal(0, Controller.DegradeLevel);
    }

    /// <summary>Nobody comes at all: the alarm itself ends it.</summary>
    [Fact]
    public void Pressure_NobodyComesAnyMore_Ends()
    {
        Plant plant = Build();
        plant.Run(3000, 4, Mixed);
        Assert.InRange(Controller.Pressure, 0.7, 0.8);

        plant.Run(3000, 0, Mixed);

        Assert.Equal(0, Controller.Pressure);
        Assert.True(Controller.IsAtRest);
    }

    [Fact]
    public void AdmitAsync_QueueStandingAndLong_TheNewestOfALineIsServedFirstUntilItIsShort()
    {
        Plant plant = Build();
        plant.Run(2000, 3, OfOneLevel);

        // From two tenths of a second on the queue is standing, and it takes about one until it is short.
        Assert.True(Waited(200, 300) < 10);
        Assert.True(Waited(500, 1000) > 50);

        double Waited(int since, int before) => plant.Since(since).Where(a => a.AskedAt < before && a.IsAdmitted).Average(a => a.Waited);
    }

    /// <summary>A burst that is served is no overload, however long somebody waits.</summary>
    [Fact]
    public void Pressure_AllWhoWaitAreServed_IsNone()
    {
        Plant plant = Build();
        plant.Run(1000, 1, Equal);
        plant.Run(60, 2, Equal);
        for (int i = 0; i < 50; i++)
        {
            plant.Run(100, 1, Equal);
            Assert.True(Controller.GetStatistics().Waiting > 10);
            Assert.Equal(0, Controller.Pressure);
        }

        Assert.All(plant.Answers, a => Assert.True(a.IsAdmitted));

        static AdmissionRequest Equal() => Of(RequestPriority.Normal);
    }

    /// <summary>Bulk is owed a turn that its share of the limit does not let it have.</summary>
    [Fact]
    public void AdmitAsync_PromisedTurnBeyondItsShare_GoesToTheMoreImportant()
    {
        Build(p => p.ShareByPriority().ShedByPriority(t => t.Minimum.Bulk = 1));
        List<AdmissionLease> held = [.. Enumerable.Range(0, Slots).Select(_ => Controller.TryAdmit(new(RequestPriority.Critical)))];
        Asked bulk = new(Controller.AdmitAsync(Of(RequestPriority.Bulk)));
        Asked[] critical = [.. Enumerable.Range(0, 3).Select(_ => new Asked(Controller.AdmitAsync(Of(RequestPriority.Critical))))];

        held.Take(3).ToList().ForEach(lease => lease.Dispose());

        Assert.All(critical, c => Assert.True(c.Result.IsAdmitted));
        Assert.False(bulk.IsCompleted);
    }

    /// <summary>Under a lasting overload the same users are in and the same are out.</summary>
    [Fact]
    public void AdmitAsync_OnePriorityAtTwiceTheCapacity_ServesTheLowerHalfOfTheCohorts()
    {
        Plant plant = Build();
        plant.Run(6000, 2, () => Of(RequestPriority.Normal, cohort: (byte)_random.Next(128)));

        Plant.Answer[] answers = [.. plant.Since(2000).Where(a => a.AskedAt < 5500)];
        Assert.True(AdmittedShare(answers.Where(a => a.Request.Cohort < 48)) > 0.98);
        Assert.True(AdmittedShare(answers.Where(a => a.Request.Cohort >= 80)) < 0.05);

        // Since the threshold keeps the queue short, all who are in it are served, and the oldest first: a low cohort does not wait for less.
        Assert.Equal(Waits(0, 16), Waits(24, 40), 15.0);
        Assert.True(Waits(0, 16) > 20);

        double Waits(int from, int to) => answers.Where(a => a.IsAdmitted && a.Request.Cohort >= from && a.Request.Cohort < to).Average(a => a.Waited);
    }

    [Theory]
    [InlineData(1.2, 1)]
    [InlineData(1.6, 2)]
    [InlineData(4, 3)]
    public void PressureAndDegradeLevel_Flood_TellWhatIsTurnedAway(double load, int level)
    {
        Plant plant = Build();
        Assert.Equal((0.0, 0), (Controller.Pressure, Controller.DegradeLevel));
        plant.Run(5000, load, Mixed);
        Assert.Equal(1 - (1 / load), Controller.Pressure, 0.05);
        Assert.Equal(level, Controller.DegradeLevel);

        plant.Run(40_000, 0.5, Mixed);
        Assert.Equal((0.0, 0), (Controller.Pressure, Controller.DegradeLevel));
    }

    [Fact]
    public void AdmitAsync_MinimumForBulk_EndsItsStarvationByAFloodOfCritical()
    {
        double[] shares = [.. ((double[])[0, 0.05, 0.2]).Select(minimum =>
        {
            Plant plant = Build(p => p.ShedByPriority(t => t.Minimum.Bulk = minimum));
            plant.Run(5000, 4, () => Of(_random.Next(4) == 0 ? RequestPriority.Bulk : RequestPriority.Critical));
            Plant.Answer[] served = [.. plant.Since(1500).Where(a => a.IsAdmitted)];
            Assert.True(served.Length > 0.97 * 3.4 * PerSecond);
            return served.Count(a => a.Request.Priority == RequestPriority.Bulk) / (double)served.Length;
        })];

        Assert.Equal(0, shares[0], 0.001);
        Assert.Equal(0.05, shares[1], 0.004);
        Assert.Equal(0.2, shares[2], 0.01);
    }

    [Fact]
    public void TryAdmit_Flood_PassesNobodyWhoWaits()
    {
        Plant plant = Build();
        plant.Run(2000, 3, Mixed);
        Assert.True(Controller.GetStatistics().Waiting > 0);
        int waiting = Controller.GetStatistics().Waiting;

        Assert.Equal(RejectionReason.ConcurrencyLimit, Controller.TryAdmit(new(RequestPriority.Critical)).Reason);
        Assert.Equal(RejectionReason.ConcurrencyLimit, Controller.TryAdmit(new(RequestPriority.Bulk)).Reason);

        Assert.Equal(waiting, Controller.GetStatistics().Waiting);
        plant.EndAll(leaving: Slots - 1);
        Assert.True(Controller.TryAdmit(new(RequestPriority.Bulk)).IsAdmitted);
        Assert.False(Controller.TryAdmit(new(RequestPriority.Critical)).IsAdmitted);
    }

    /// <summary>Ten users, and one client that asks for three times as much as all can get.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AdmitAsync_OneClientFloods_FairnessKeepsTheUsersServed(bool isFair)
    {
        Plant plant = Build(p =>
        {
            if (isFair)
            {
                p.ShedFairly(f => f.PrefersKnownClients = false);
            }
        });
        int turn = 0;
        plant.Run(5000, 3.5, () => new AdmissionRequest { Partition = SeededKeys.Client(1, turn++ % 7 == 0 ? 1 + _random.Next(10) : 0) });

        double users = AdmittedShare(plant.Since(2000).Where(a => a.Request.Partition != SeededKeys.Client(1, 0)));
        Assert.True(isFair ? users > 0.99 : users < 0.7, $"{users} of the users' requests were served.");
    }

    [Fact]
    public void AdmitAsync_ShadowFlood_EverythingRunsAndWhatWouldBeShedIsCounted()
    {
        Plant plant = Build(p => p.Options.Mode = AdmissionMode.Shadow);
        plant.Run(3000, 3, Mixed);

        Assert.All(plant.Answers, a => Assert.Equal((true, 0), (a.IsAdmitted, a.Waited)));
        Assert.InRange(Controller.SeenPressure, 0.55, 0.75);
        Assert.True(Controller.GetStatistics().Rejected(RequestPriority.Bulk, RejectionReason.Shed) > 500);
        Assert.Equal(0, Controller.GetStatistics().Rejected(RequestPriority.Critical, RejectionReason.Shed));
        Assert.InRange(Controller.GetStatistics().InFlight, 0, Slots);
    }

    private Asked AskLater(AdmissionRequest request)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return new(Controller.AdmitAsync(request));
    }

    private AdmissionRequest Mixed() => Of(_random.Next(100) switch
    {
        < 10 => RequestPriority.Critical,
        < 20 => RequestPriority.High,
        < 50 => RequestPriority.Normal,
        < 80 => RequestPriority.Low,
        _ => RequestPriority.Bulk,
    });

    private static AdmissionRequest Of(RequestPriority priority, byte? cohort = null) => new(priority) { Cohort = cohort };

    private static AdmissionRequest OfOneLevel() => Of(RequestPriority.Normal, cohort: 5);

    private static double AdmittedShare(IEnumerable<Plant.Answer> answers) => answers.Average(a => a.IsAdmitted ? 1.0 : 0);

    private Plant Build(Action<AdmissionPolicyBuilder>? configure = null)
    {
        _controller?.Dispose();
        _controller = Policy.Build(_time, p =>
        {
            p.FixedConcurrency(Slots).ShedByPriority();
            configure?.Invoke(p);
        });
        return new Plant(_controller, _time);
    }
}
