using AdmissionControl.Queueing;
using AdmissionControl.Tests.Timing;
using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

/// <summary>Who makes room and who is next, of a line that the test has filled.</summary>
public class QueueTriageTests
{
    private readonly WaiterLine _line = new();
    private readonly DrivenClock _clock = new();
    private int _arrivals;

    [Fact]
    public void VictimOf_LessImportantWait_IsTheLeastImportantOfThem()
    {
        QueueTriage triage = Triage();
        Waiter normal = Add(RequestPriority.Normal);
        Waiter low = Add(RequestPriority.Low);
        Add(RequestPriority.Critical);

        Assert.Same(low, triage.VictimOf(Level(RequestPriority.Normal), places: 3));
        Assert.Same(low, triage.VictimOf(Level(RequestPriority.Critical), places: 3));
        _line.Remove(low);
        Assert.Same(normal, triage.VictimOf(Level(RequestPriority.High), places: 3));
        Assert.Null(triage.VictimOf(Level(RequestPriority.Normal), places: 3));
        Assert.Null(triage.VictimOf(Level(RequestPriority.Bulk), places: 3));
    }

    [Fact]
    public void VictimOf_WithinAPriority_IsTheHeavierClientAndTheHigherCohort()
    {
        QueueTriage triage = Triage();
        Waiter light = Add(RequestPriority.Normal, band: 0, cohort: 100);
        Waiter heavy = Add(RequestPriority.Normal, band: 3);

        Assert.Same(heavy, triage.VictimOf(Level(RequestPriority.Normal, band: 2, cohort: 127), places: 2));
        Assert.Null(triage.VictimOf(Level(RequestPriority.Normal, band: 3), places: 2));
        _line.Remove(heavy);
        Assert.Same(light, triage.VictimOf(Level(RequestPriority.Normal, band: 0, cohort: 95), places: 1));

        // Sixteen cohorts are as important as each other.
        Assert.Null(triage.VictimOf(Level(RequestPriority.Normal, band: 0, cohort: 96), places: 1));
    }

    /// <summary>Oldest first, the newest of a line makes room for the more important, and nobody for an equal. Newest first, the oldest does, for both.</summary>
    [Fact]
    public void VictimOf_SameLine_MakesRoomForItsEqualOnlyWhileNewestFirst()
    {
        QueueTriage triage = Triage();
        Waiter oldest = Add(RequestPriority.Normal);
        Waiter newest = Add(RequestPriority.Normal);

        Assert.Null(triage.VictimOf(Level(RequestPriority.Normal), places: 2));
        Assert.Same(newest, triage.VictimOf(Level(RequestPriority.High), places: 2));

        _line.IsNewestFirst = true;
        Assert.Same(oldest, triage.VictimOf(Level(RequestPriority.Normal), places: 2));
        Assert.Same(oldest, triage.VictimOf(Level(RequestPriority.High), places: 2));
        Assert.Null(triage.VictimOf(Level(RequestPriority.Low), places: 2));
    }

    [Fact]
    public void VictimOf_PromisedPlaces_AreNotTakenByTheMoreImportant()
    {
        QueueTriage triage = Triage(bulk: 0.2);
        Waiter first = Add(RequestPriority.Bulk);
        Add(RequestPriority.Bulk);
        Waiter low = Add(RequestPriority.Low);

        // Two of ten places are Bulk's; Low has none.
        Assert.Same(low, triage.VictimOf(Level(RequestPriority.Critical), places: 10));
        _line.Remove(low);
        Assert.Null(triage.VictimOf(Level(RequestPriority.Critical), places: 10));
        Waiter third = Add(RequestPriority.Bulk);
        Assert.Same(third, triage.VictimOf(Level(RequestPriority.Critical), places: 10));

        // Within the priority the promise says nothing.
        _line.Remove(third);
        _line.IsNewestFirst = true;
        Assert.Same(first, triage.VictimOf(Level(RequestPriority.Bulk), places: 10));
    }

    [Fact]
    public void Next_PromisedTurns_ComeInBetween()
    {
        QueueTriage triage = Triage(bulk: 0.5);
        for (int i = 0; i < 20; i++)
        {
            Add(RequestPriority.Critical);
            Add(RequestPriority.Bulk);
        }

        List<RequestPriority> order = [];
        for (int i = 0; i < 11; i++)
        {
            Waiter next = triage.Next!;
            order.Add(next.Request.Priority);
            triage.Granted(next);
            _line.Remove(next);
        }

        Assert.Equal(5, order.Count(p => p == RequestPriority.Bulk));
        Assert.Equal(RequestPriority.Critical, order[0]);
    }

    [Fact]
    public void Next_NobodyWaits_IsNull() => Assert.Null(Triage().Next);

    [Fact]
    public void LooksAt_NobodyWaitsAndNobodyIsTurnedAway_IsNever()
    {
        QueueTriage triage = Triage();
        Assert.Equal(long.MaxValue, triage.LooksAt);
        Assert.False(triage.TryLook(long.MaxValue - 1, new QueueBounds(TimeSpan.FromSeconds(1), 10)));
        Add(RequestPriority.Normal);
        triage.Joined(now: 5);
        Assert.Equal(1_000_000_005, triage.LooksAt);
    }

    /// <summary>A standing queue that runs short keeps the levels that it knows: a tenth as many in the next window do not outweigh them.</summary>
    [Fact]
    public void Joined_StandingAndRanShort_KeepsTheLevels()
    {
        var bounds = new QueueBounds(TimeSpan.FromSeconds(1), 400);
        TriageLevel critical = Level(RequestPriority.Critical, cohort: 5);
        QueueTriage triage = Triage();
        List<Waiter> waiting = [Add(RequestPriority.Low)];
        triage.Joined(_clock.Now);
        waiting.AddRange(Enumerable.Range(0, 139).Select(_ => Add(RequestPriority.Low)));
        for (int i = 0; i < 100; i++)
        {
            triage.Arrived(critical);
            triage.Arrived(Level(RequestPriority.Low));
            triage.FoundNoPlace();
        }

        waiting.ForEach(triage.Granted);
        Look();
        foreach (Waiter waiter in waiting)
        {
            _line.Remove(waiter);
            triage.Left(isLost: false);
        }

        Waiter last = Add(RequestPriority.Critical);
        triage.Joined(_clock.Now);
        triage.Granted(last);
        for (int i = 0; i < 20; i++)
        {
            triage.Arrived(critical);
        }

        Look();
        Assert.DoesNotContain(Enumerable.Range(0, 100), turn => triage.Sheds(critical, (uint)turn));
        Assert.Contains(Enumerable.Range(0, 100), turn => triage.Sheds(Level(RequestPriority.Low), (uint)turn));

        void Look()
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(triage.TryLook(_clock.Now, bounds));
            Assert.True(triage.Pressure > 0);
        }
    }

    private QueueTriage Triage(double bulk = 0) => new(_line, [0, 0, 0, 0, bulk], admitted: () => 0, shed: () => 0);

    private Waiter Add(RequestPriority priority, int band = 0, int cohort = 0)
    {
        Waiter waiter = Waiter.For(null!, new AdmissionRequest(priority), Level(priority, band, cohort), _arrivals++, expiresAt: 0);
        _line.Add(waiter);
        return waiter;
    }

    private static TriageLevel Level(RequestPriority priority, int band = 0, int cohort = 0) => TriageLevel.Of(priority, band, cohort);
}
