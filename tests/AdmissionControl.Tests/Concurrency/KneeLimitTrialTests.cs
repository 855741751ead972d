using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>A trial, window by window: the limit is halved, what is too many runs off, and the rate says whose the latency was.</summary>
public class KneeLimitTrialTests
{
    private const double Full = 1000;

    // A limit of 100 that the allowance does not move: it is its largest.
    private static readonly KneeLimit Start = new(new LimitRange(100, 1, 100), TimeSpan.FromSeconds(10));

    [Fact]
    public void After_ManyBlocked_TriesHalfTheLimitOrAThird()
    {
        KneeLimit rule = BeginTrial();
        Assert.InRange(rule.Limit, 30, 50);
        Assert.Equal(TimeSpan.Zero, rule.BareLatency);
    }

    [Fact]
    public void After_NobodyBlocked_TriesNothing()
    {
        KneeLimit rule = Start;
        for (int i = 0; i < 1000; i++)
        {
            rule = Windows.Step(rule, Window(Full, inFlight: 100) with { Blocked = 0 });
            Assert.Equal(100, rule.Limit);
        }
    }

    /// <summary>While the old ones run off, and until they have, no rate counts: neither a high one nor a low one.</summary>
    [Theory]
    [InlineData(10_000, 0.02)]
    [InlineData(100, 0.35)]
    public void After_StillTooManyInFlight_Waits(double rate, double seconds)
    {
        KneeLimit rule = BeginTrial();
        double low = rule.Limit;
        for (int i = 0; i < 5; i++)
        {
            rule = Windows.Step(rule, Window(rate, inFlight: 90, seconds));
            Assert.Equal(low, rule.Limit);
        }

        // Then it goes on as if nothing had been.
        rule = End(rule, Full / 2);
        Assert.Equal(100, rule.Limit);
    }

    /// <summary>Half as many in flight serve half as many: the latency is the service's own, 50 / 500 = 0.1 s, and the limit comes back.</summary>
    [Fact]
    public void After_HalfTheRate_LimitComesBack()
    {
        KneeLimit rule = BeginTrial();
        double low = rule.Limit;
        rule = End(rule, Full / 2);
        Assert.Equal(100, rule.Limit);
        Assert.Equal(low / (Full / 2), rule.BareLatency.TotalSeconds, 1e-6);
    }

    /// <summary>As many are served with half as many in flight: the limit stays down and goes on, until as many less are.</summary>
    [Fact]
    public void After_TheSameRate_StaysDownAndGoesOn()
    {
        KneeLimit rule = BeginTrial();
        double high = rule.Limit;
        rule = End(rule, Full);
        Assert.InRange(rule.Limit, 0.4 * high, 0.5 * high);
        high = rule.Limit;
        rule = End(rule, Full);
        double low = rule.Limit;
        Assert.InRange(low, 0.4 * high, 0.5 * high);
        rule = End(rule, Full / 2);
        Assert.InRange(rule.Limit, 0.8 * high, 1.5 * high);
        Assert.Equal(low / (Full / 2), rule.BareLatency.TotalSeconds, 1e-6);
    }

    /// <summary>There is nothing below one.</summary>
    [Fact]
    public void After_TheSameRateAtEveryLimit_EndsAtOne()
    {
        KneeLimit rule = BeginTrial();
        for (int i = 0; i < 6; i++)
        {
            rule = End(rule, Full);
        }

        Assert.InRange(rule.Limit, 1, 3.5);
    }

    /// <summary>When the load goes in the midst of it, the limit that was tried is enough for it, and nothing is learnt.</summary>
    [Fact]
    public void After_NobodyIsBlockedAnyMore_Ends()
    {
        KneeLimit rule = BeginTrial();
        double low = rule.Limit;
        for (int i = 0; i < 40; i++)
        {
            rule = Windows.Step(rule, Window(100, inFlight: 10) with { Blocked = 0 });
            Assert.True(rule.Limit >= low, $"{rule.Limit} in window {i}");
        }

        Assert.Equal(TimeSpan.Zero, rule.BareLatency);
        Assert.Equal(100, rule.Limit);
    }

    /// <summary>Those that hold a permit for hours, a WebSocket for example, must not keep the limit down that long.</summary>
    [Fact]
    public void After_ItNeverRunsOff_GivesUp()
    {
        KneeLimit rule = BeginTrial();
        int windows = 0;
        while (rule.Limit < 100)
        {
            Assert.True(++windows < 200, "The trial does not end.");
            rule = Windows.Step(rule, Window(Full, inFlight: 80));
        }

        Assert.Equal(TimeSpan.Zero, rule.BareLatency);
    }

    /// <summary>A backlog may take its time, and then leave all at once, as that of a shared processor does: it goes, and that is enough.</summary>
    [Fact]
    public void After_ABacklogThatLeavesSlowlyAndThenAtOnce_IsNotGivenUp()
    {
        KneeLimit rule = BeginTrial();
        double low = rule.Limit;
        for (int i = 0; i < 10; i++)
        {
            rule = Windows.Step(rule, Window(rate: 5, inFlight: 95 - i, seconds: 10));
            Assert.Equal(low, rule.Limit);
        }

        rule = Windows.Step(rule, Window(rate: 10 * Full, inFlight: 60, seconds: 0.01));
        Assert.Equal(low, rule.Limit);
    }

    /// <summary>What is admitted in a burst ends in one, a latency later: a shorter window would see the burst, or the gap. What is beyond half of the objective is not waited for.</summary>
    [Theory]
    [InlineData(0.4, 0.4)]
    [InlineData(30, 5)]
    public void NextWindow_WhenItMeasures_LastsALatency(double latency, double seconds)
    {
        KneeLimit rule = BeginTrial();
        LimitWindow window = Window(rule.Limit / latency, inFlight: (int)rule.Limit, seconds: 10 * latency);
        rule = Windows.Step(rule, window);
        Assert.InRange(rule.NextWindow!.Value.MinDuration.TotalSeconds, 0.001, 0.1);
        rule = Windows.Step(rule, window);
        Assert.Equal(seconds, rule.NextWindow!.Value.MinDuration.TotalSeconds, 1e-3);
    }

    /// <summary>Where one in thirty finds no permit at what was tried, that is enough: to go on down would refuse many for nothing.</summary>
    [Fact]
    public void After_HardlyAnyIsBlockedAtHalfTheLimit_StaysThereAndGoesNoFurther()
    {
        KneeLimit rule = BeginTrial();
        double low = rule.Limit;
        for (int i = 0; i < 4; i++)
        {
            rule = Windows.Step(rule, Window(Full, inFlight: (int)low, seconds: 1) with { Blocked = 33 });
            Assert.True(rule.Limit >= low, $"{rule.Limit} in window {i}");
        }
    }

    /// <summary>
    /// 50 in flight serve as many as 100, and 25 serve 650 of the 1,000: 38 ms, or chance. If it were 38 ms, hardly any answer could be within 70 ms, so that it is tried again at once
    /// before it is believed. An objective of 10 s gives no reason to doubt what was found.
    /// </summary>
    [Theory]
    [InlineData(0.07, true)]
    [InlineData(10, false)]
    public void After_ALatencyBeyondHalfTheObjective_TriesAgainAtOnce(double objective, bool triesAgain)
    {
        KneeLimit rule = End(BeginTrial(new KneeLimit(new LimitRange(100, 1, 100), TimeSpan.FromSeconds(objective))), Full);
        double bare = rule.Limit / (0.65 * Full);
        rule = End(rule, 0.65 * Full);
        Assert.Equal(bare, rule.BareLatency.TotalSeconds, 1e-6);
        double most = rule.Limit;
        bool hasTried = false;
        for (int i = 0; i < 8; i++)
        {
            most = Math.Max(most, rule.Limit);
            rule = Windows.Step(rule, Window(0.9 * Full, inFlight: (int)rule.Limit));
            hasTried |= rule.Limit < 0.6 * most;
        }

        Assert.Equal(triesAgain, hasTried);
    }

    /// <summary>
    /// The way down took 100 s; only the few seconds at the low limit have cost anything, and decide when the next trial is due. A doubt would have to wait longer: five times
    /// all that this one took.
    /// </summary>
    [Fact]
    public void After_ALongWayDown_TheNextTrialIsDueByHowLongThisOneWasLow()
    {
        KneeLimit rule = BeginTrial();
        for (int i = 0; i < 10; i++)
        {
            rule = Windows.Step(rule, Window(rate: 5, inFlight: 95 - i, seconds: 10));
        }

        rule = End(rule, Full / 2);
        Assert.Equal(100, rule.Limit);
        UntilTrial(rule, Full, out int seconds);
        Assert.InRange(seconds, 10, 40);
    }

    /// <summary>Nobody waits where nobody is blocked. What takes much less time there than what was known to be bare shows that this was not; half of the way is believed at once.</summary>
    [Theory]
    [InlineData(0.1, 0.55)]
    [InlineData(0.9, 1)]
    public void After_TheLoadHasGoneInATrial_AMuchShorterLatencyIsHalfBelieved(double share, double believed)
    {
        KneeLimit rule = End(BeginTrial(), Full / 2);
        double known = rule.BareLatency.TotalSeconds;
        rule = UntilTrial(rule, Full, out _);
        double low = rule.Limit;
        for (int i = 0; rule.Limit == low && i < 10; i++)
        {
            rule = Windows.Step(rule, Window(rate: 10 / (share * known), inFlight: 10, seconds: 1) with { Blocked = 0 });
        }

        Assert.Equal(believed * known, rule.BareLatency.TotalSeconds, 1e-6);
    }

    /// <summary>Half as many serve more: so many in flight slow the service down, and a burst may not bring them again.</summary>
    [Theory]
    [InlineData(1.05, 40, 60)]
    [InlineData(1.25, 4, 10)]
    public void After_FewerServeMore_ABurstHasLessRoom(double share, int least, int most)
    {
        KneeLimit rule = End(BeginTrial(new KneeLimit(new LimitRange(100, 1, 100), TimeSpan.FromSeconds(0.5))), share * Full);
        rule = End(rule, Full / 2);
        for (int i = 0; i < 10; i++)
        {
            rule = Windows.Step(rule, Window(Full / 10, inFlight: 5, seconds: 1) with { Blocked = 0 });
        }

        Assert.InRange(rule.Limit, least, most);
    }

    /// <summary>The next trial is due in minutes, but an eighth less is served than after the last one: what that found may be old.</summary>
    [Theory]
    [InlineData(1, 150, 1000)]
    [InlineData(0.88, 2, 20)]
    public void After_LessIsServedThanAfterTheLastTrial_TriesSooner(double share, int earliest, int latest)
    {
        UntilTrial(Proven(), share * Full, out int seconds);
        Assert.InRange(seconds, earliest, latest);
    }

    /// <summary>Half as many serve as many: what was proven is no longer so. With the rate that fell there are two witnesses of it, and it is believed whole.</summary>
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(0.88, 1)]
    public void After_AMuchShorterBareLatency_ItIsBelievedWholeWhereTheRateHadFallen(double share, double believed)
    {
        KneeLimit rule = UntilTrial(Proven(), share * Full, out _);
        double known = rule.BareLatency.TotalSeconds, bare = rule.Limit / (share * Full);
        Assert.True(bare < known / 1.5);
        rule = End(rule, share * Full);
        Assert.Equal(known + (believed * (bare - known)), rule.BareLatency.TotalSeconds, 1e-6);
    }

    /// <summary>Right behind a slow-down only the short ones have ended: that is no rate to compare with. It waits until the long ones have, or those in flight could have left twice.</summary>
    [Theory]
    [InlineData(0.6, 0)]
    [InlineData(0.4, 1)]
    public void After_TheReferenceIsNotSettled_ItGoesOn(double share, int windows)
    {
        KneeLimit rule = Start;
        TimeSpan steady = rule.NextWindow!.Value.MinDuration;
        while (rule.NextWindow!.Value.MinDuration >= steady)
        {
            rule = Windows.Step(rule, Window(Full, inFlight: 100));
        }

        // All windows are long enough; the reference alone asks for a shorter one.
        int further = -1;
        for (; rule.Limit == 100; further++)
        {
            Assert.True(further < 10, "The trial does not go on.");
            rule = Windows.Step(rule, Window(Full, inFlight: 100, seconds: 0.1001) with { MeanInFlight = 100 * share });
        }

        Assert.Equal(windows, further);
    }

    /// <summary>The first latency after a trial still has its rate, so that it is waited for and not read.</summary>
    [Fact]
    public void NextWindow_EachPermitIsAtWork_LastsALatencyAndIsNotRead()
    {
        KneeLimit rule = BeginTrial();
        double bare = 10 * rule.Limit / Full;
        rule = End(rule, Full / 10);
        Assert.Equal(bare, rule.NextWindow!.Value.MinDuration.TotalSeconds, 1e-6);
        rule = Windows.Step(rule, Window(Full / 10, inFlight: 100, seconds: 1));
        Assert.Equal(100, rule.Limit);
    }

    /// <summary>A bare latency that two trials agree on, and five thousand requests at the full rate since.</summary>
    private static KneeLimit Proven()
    {
        KneeLimit rule = End(BeginTrial(), Full / 2);
        rule = UntilTrial(rule, Full, out _);
        rule = End(rule, Full / 2);
        for (int i = 0; i < 5; i++)
        {
            rule = Windows.Step(rule, Window(Full, inFlight: 100, seconds: 1));
        }

        return rule;
    }

    private static KneeLimit UntilTrial(KneeLimit rule, double rate, out int seconds)
    {
        for (seconds = 0; rule.Limit > 75; seconds++)
        {
            Assert.True(seconds < 1000, "No trial begins.");
            rule = Windows.Step(rule, Window(rate, inFlight: 100, seconds: 1));
        }

        return rule;
    }

    private static KneeLimit BeginTrial(KneeLimit? start = null)
    {
        KneeLimit rule = start ?? Start;
        for (int i = 0; rule.Limit == 100; i++)
        {
            Assert.True(i < 50, "No trial begins.");
            rule = Windows.Step(rule, Window(Full, inFlight: 100));
        }

        return rule;
    }

    /// <summary>Windows at a rate and at the limit of the trial, until it moves.</summary>
    private static KneeLimit End(KneeLimit rule, double rate)
    {
        double low = rule.Limit;
        for (int i = 0; rule.Limit == low; i++)
        {
            Assert.True(i < 10, "The trial does not end.");
            rule = Windows.Step(rule, Window(rate, inFlight: (int)low, seconds: 1));
        }

        return rule;
    }

    /// <summary>A window in which as many are blocked as are served.</summary>
    private static LimitWindow Window(double rate, int inFlight, double seconds = 0.1) => new()
    {
        Duration = TimeSpan.FromSeconds(seconds),
        Samples = (int)(rate * seconds),
        LatencySamples = (int)(rate * seconds),
        MeanLatency = TimeSpan.FromSeconds(inFlight / rate),
        MinLatency = TimeSpan.FromSeconds(inFlight / rate),
        MaxInFlight = inFlight,
        MeanInFlight = inFlight,
        InFlight = inFlight,
        Blocked = (int)(rate * seconds),
    };
}
