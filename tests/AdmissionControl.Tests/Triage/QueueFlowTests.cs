using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

/// <summary>Windows of a tenth of a second, in which so many arrive, so many are served, so many are lost, and so many wait.</summary>
public class QueueFlowTests
{
    private const long Second = 1_000_000_000;
    private const long Window = Second / 10;
    private const int Places = 400;
    private const int Wanted = 100;

    private readonly QueueFlow _flow = new();
    private long _now = Second;
    private long _shed;
    private long _admitted;
    private int _past;

    [Fact]
    public void IsStanding_NothingSeen_IsNot()
    {
        Assert.Equal((false, 0.0, 1.0), (_flow.IsStanding, _flow.Excess, _flow.Demand));
        Begin();
        Assert.False(_flow.IsStanding);
    }

    /// <summary>All the losses of the world do not make a queue standing that runs empty in between.</summary>
    [Fact]
    public void IsStanding_RanEmptyInEachWindow_IsNot()
    {
        Begin();
        for (int i = 0; i < 30; i++)
        {
            Close(arrived: 300, served: 100, lost: 200, waiting: 50, least: 0);
            Assert.False(_flow.IsStanding);
        }

        Assert.Equal(0, _flow.Excess);
    }

    [Fact]
    public void IsStanding_LosesNobody_IsNot()
    {
        Begin();
        for (int i = 0; i < 30; i++)
        {
            Close(arrived: 110, served: 100, lost: 0, waiting: 300, least: 200);
        }

        Assert.False(_flow.IsStanding);
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public void IsStanding_LosesSome_FromThreeAndThreeInAHundredOn(int lost, bool isStanding)
    {
        Begin();
        Close(arrived: 100, served: 90, lost, waiting: Wanted, least: 50);
        Assert.Equal(isStanding, _flow.IsStanding);
    }

    /// <summary>All that hold a permit hang, and have since before anybody waited: there is no worse overload.</summary>
    [Fact]
    public void Demand_NobodyIsServed_IsInfinite()
    {
        Begin();
        for (int i = 0; i < 10; i++)
        {
            Close(arrived: 300, served: 0, lost: 240, waiting: 300, least: 200);
        }

        Assert.Equal((true, double.PositiveInfinity), (_flow.IsStanding, _flow.Demand));
        Close(arrived: 300, served: 100, lost: 0, waiting: 300, least: 200);
        Assert.InRange(_flow.Demand, 3, 30);
    }

    [Fact]
    public void IsStanding_FoundNoPlace_IsALossToo()
    {
        Begin();
        for (int i = 0; i < 50; i++)
        {
            _flow.Lost();
        }

        Close(arrived: 200, served: 100, lost: 0, waiting: Wanted, least: 50);
        Assert.True(_flow.IsStanding);
    }

    [Theory]
    [InlineData(200, 100)]
    [InlineData(1000, 100)]
    [InlineData(150, 100)]
    [InlineData(130, 100)]
    public void Excess_AtTheWantedLength_IsWhatIsNotServed(int arrived, int served)
    {
        Overload(arrived, served, windows: 40, waiting: Wanted);
        Assert.Equal(1 - ((double)served / arrived), _flow.Excess, 0.005);
        Assert.Equal((double)arrived / served, _flow.Demand, 0.01);
    }

    /// <summary>A queue that is longer by 80 than it should be is brought back within eight windows: ten fewer pass in each.</summary>
    [Theory]
    [InlineData(Wanted + 80, 90)]
    [InlineData(Wanted + 200, 75)]
    [InlineData(Wanted - 80, 110)]
    [InlineData(Wanted, 100)]
    public void Excess_TooLongOrTooShort_LetsFewerOrMorePass(int waiting, int passing)
    {
        Overload(arrived: 400, served: 100, windows: 60, waiting);
        Assert.Equal(1 - (passing / 400.0), _flow.Excess, 0.002);
    }

    /// <summary>The wanted length is a fluctuation's fourfold, within a quarter and a half of what may wait.</summary>
    [Theory]
    [InlineData(100, 40, 20)]
    [InlineData(100, 60, 30)]
    [InlineData(100, 120, 40)]
    [InlineData(100, 400, 100)]
    public void Excess_OtherPlaces_WantsAQuarterToAHalfOfThem(int served, int places, int wanted)
    {
        Overload(arrived: 400, served, windows: 60, waiting: wanted, places);
        Assert.Equal(1 - (served / 400.0), _flow.Excess, 0.002);
    }

    /// <summary>Places count permits, the length counts requests: those of cost two need half as many.</summary>
    [Fact]
    public void Excess_CostlyRequests_WantsFewerToWait()
    {
        Overload(arrived: 400, served: 100, windows: 60, waiting: Wanted / 2, cost: 2);
        Assert.Equal(1 - (100 / 400.0), _flow.Excess, 0.002);
    }

    [Fact]
    public void Excess_OneWindowFarAboveTheUsual_HasTheWordAtOnce()
    {
        Overload(arrived: 120, served: 100, windows: 40, waiting: Wanted);
        Assert.InRange(_flow.Excess, 0.15, 0.18);

        Close(arrived: 1000, served: 100, lost: 20, waiting: Wanted, least: 50);

        // 0.9 less two standard deviations of a thousand.
        Assert.Equal(0.9 - (2 / Math.Sqrt(1000)), _flow.Excess, 0.005);
    }

    [Fact]
    public void Excess_OneWindowFarBelowTheUsual_HasTheWordAtOnce()
    {
        Overload(arrived: 1000, served: 100, windows: 40, waiting: Wanted);

        Close(arrived: 130, served: 100, lost: 0, waiting: Wanted, least: 50);

        Assert.Equal(1 - (100 / 130.0) + (2 / Math.Sqrt(130)), _flow.Excess, 0.005);
    }

    [Fact]
    public void Excess_OneWindowWithinChance_CountsForAnEighth()
    {
        Overload(arrived: 200, served: 100, windows: 60, waiting: Wanted);

        Close(arrived: 220, served: 100, lost: 20, waiting: Wanted, least: 50);

        Assert.Equal(1 - (100 / 202.5), _flow.Excess, 0.001);
    }

    [Fact]
    public void IsStanding_NothingIsTooMuchAnyMore_Ends()
    {
        Overload(arrived: 300, served: 100, windows: 40, waiting: Wanted);
        int windows = 0;
        for (; _flow.IsStanding; windows++)
        {
            Assert.InRange(windows, 0, 60);
            Close(arrived: 80, served: 80, lost: 0, waiting: 0, least: 0);
        }

        Assert.Equal(0, _flow.Excess);
        Assert.InRange(windows, 1, 30);
    }

    /// <summary>Nobody comes any more: whatever was before, that is not an overload.</summary>
    [Fact]
    public void IsStanding_NobodyComesAnyMore_Ends()
    {
        Overload(arrived: 1000, served: 100, windows: 40, waiting: Wanted);
        Close(arrived: 0, served: 0, lost: 0, waiting: 0, least: 0);
        Close(arrived: 0, served: 0, lost: 0, waiting: 0, least: 0);
        Assert.False(_flow.IsStanding);
    }

    /// <summary>A standing queue may run short, and then some are admitted past it. They came and were served like the rest.</summary>
    [Fact]
    public void Close_AdmittedPastAStandingQueue_IsServedAndArrived()
    {
        Overload(arrived: 200, served: 100, windows: 60, waiting: Wanted);
        for (int i = 0; i < 60; i++)
        {
            _past = 100;
            Close(arrived: 100, served: 0, lost: 5, waiting: Wanted, least: 50);
        }

        Assert.Equal(0.5, _flow.Excess, 0.005);
        Assert.Equal(2, _flow.Demand, 0.01);
    }

    /// <summary>Where there is no overload nobody asks how many were admitted and turned away: that sums over all threads.</summary>
    [Fact]
    public void Close_NotStanding_DoesNotAskForSums()
    {
        Begin();
        Served(20);
        _flow.Close(_now + Window, () => throw new InvalidOperationException("Asked."), () => throw new InvalidOperationException("Asked."), waiting: 1, waitingCost: 1, Places);
        Assert.False(_flow.IsStanding);
    }

    [Fact]
    public void Begin_NotStanding_ForgetsWhatWasBefore()
    {
        Begin();
        Close(arrived: 100, served: 100, lost: 6, waiting: Wanted, least: 50);
        Begin();
        Close(arrived: 100, served: 100, lost: 6, waiting: Wanted, least: 50);
        Assert.False(_flow.IsStanding);
    }

    [Fact]
    public void Begin_Standing_GoesOn()
    {
        Overload(arrived: 300, served: 100, windows: 40, waiting: Wanted);
        Begin();
        Assert.True(_flow.IsStanding);

        Close(arrived: 320, served: 100, lost: 20, waiting: Wanted, least: 50);

        // A part in eight of what is known, not all of it.
        Assert.Equal(1 - (100 / 302.5), _flow.Excess, 0.005);
    }

    [Fact]
    public void WindowEnd_FewGrants_IsASecondAndFromSixteenOnATenth()
    {
        Begin();
        Assert.Equal(_now + Second, _flow.WindowEnd(isWaitedFor: true));
        Served(15);
        Assert.Equal(_now + Second, _flow.WindowEnd(isWaitedFor: true));
        Served(1);
        Assert.Equal(_now + Window, _flow.WindowEnd(isWaitedFor: true));
        Close(arrived: 20, served: 0, lost: 0, waiting: 1, least: 1);
        Assert.Equal(_now + Second, _flow.WindowEnd(isWaitedFor: true));

        // Where nobody waits there is nobody to be granted.
        Assert.Equal(_now + Window, _flow.WindowEnd(isWaitedFor: false));
    }

    private void Begin() => _flow.Begin(_now);

    /// <summary>A flood for as long as it takes to be known.</summary>
    private void Overload(int arrived, int served, int windows, int waiting, int places = Places, int cost = 1)
    {
        Begin();
        for (int i = 0; i < windows; i++)
        {
            Close(arrived, served, lost: Math.Max(20, arrived / 10), waiting, least: 10, places, cost);
        }

        Assert.True(_flow.IsStanding);
    }

    private void Close(int arrived, int served, int lost, int waiting, int least, int places = Places, int cost = 1)
    {

        // While the queue is standing two of three are turned away at the door.
        int shed = _flow.IsStanding ? arrived * 2 / 3 : 0;
        _shed += shed;
        for (int i = shed; i < arrived; i++)
        {
            _flow.Arrived();
        }

        Served(served);
        for (int i = 0; i < lost; i++)
        {
            _flow.Shortened(least, isLost: true);
        }

        _flow.Shortened(least, isLost: false);
        _admitted += served + _past;
        _past = 0;
        _now += Window;
        _flow.Close(_now, () => _shed, () => _admitted, waiting, (long)waiting * cost, places);
    }

    private void Served(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _flow.Granted();
        }
    }
}
