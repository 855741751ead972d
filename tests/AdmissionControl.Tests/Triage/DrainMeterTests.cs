using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class DrainMeterTests
{
    private const long Millisecond = 1_000_000;

    private readonly DrainMeter _meter = new();
    private long _now = 5_000 * Millisecond;

    [Fact]
    public void Rate_NothingMeasured_IsUnknown()
    {
        _meter.Start(_now);
        Assert.Equal(0, _meter.Rate);
        Drain(milliseconds: 99, every: 1, cost: 1);
        Assert.Equal(0, _meter.Rate);
    }

    [Theory]
    [InlineData(1, 1, 1000)]
    [InlineData(1, 7, 7000)]
    [InlineData(5, 1, 200)]
    [InlineData(4, 3, 750)]
    public void Rate_Steady_IsWhatIsGrantedEachSecond(int every, int cost, double expected)
    {
        _meter.Start(_now);
        Drain(milliseconds: 3000, every, cost);
        Assert.Equal(expected, _meter.Rate, expected * 0.03);
    }

    /// <summary>Few grants say little in a tenth of a second, so it takes a second.</summary>
    [Fact]
    public void Rate_FewGrants_IsKnownAfterASecond()
    {
        _meter.Start(_now);
        Drain(milliseconds: 999, every: 100, cost: 1);
        Assert.Equal(0, _meter.Rate);
        Drain(milliseconds: 1, every: 1, cost: 1);
        Assert.Equal(10, _meter.Rate, 1e-9);
    }

    /// <summary>Sixteen are enough, fifteen are not.</summary>
    [Fact]
    public void Rate_SixteenGrants_IsKnownAfterATenthOfASecond()
    {
        _meter.Start(_now);
        Grant(15);
        _now += 100 * Millisecond;
        _meter.Look(_now);
        Assert.Equal(0, _meter.Rate);
        Grant(1);
        _meter.Look(_now);
        Assert.Equal(160, _meter.Rate, 1e-9);
    }

    [Fact]
    public void Rate_ShortWhilesOfWaiting_AddUpAndTheTimeBetweenDoesNotCount()
    {
        for (int i = 0; i < 40; i++)
        {
            _meter.Start(_now);
            Drain(milliseconds: 2, every: 1, cost: 1);
            _now += Millisecond;
            _meter.Granted(1);
            _meter.Stop(_now);
            _now += 500 * Millisecond;
            _meter.Stop(_now);
        }

        Assert.Equal(1000, _meter.Rate, 1e-6);
    }

    /// <summary>One who comes in place of the only one who waits does not end the while.</summary>
    [Fact]
    public void Start_SomebodyWaitedAlready_TheTimeGoesOn()
    {
        _meter.Start(_now);
        Grant(16);
        _now += 60 * Millisecond;
        _meter.Start(_now);
        _now += 40 * Millisecond;
        _meter.Look(_now);

        Assert.Equal(160, _meter.Rate, 1e-9);
    }

    [Fact]
    public void Abandon_ThenStart_TheTimeSinceTheLastLookDoesNotCount()
    {
        _meter.Start(_now);
        Grant(16);
        _now += 60 * Millisecond;
        _meter.Look(_now);
        _now += 500 * Millisecond;
        _meter.Abandon();
        _meter.Start(_now);
        _now += 40 * Millisecond;
        _meter.Look(_now);

        Assert.Equal(160, _meter.Rate, 1e-9);
    }

    [Theory]
    [InlineData(200, 1000)]
    [InlineData(1000, 200)]
    public void Rate_Changes_IsFollowedByAQuarterEachTime(int before, int after)
    {
        _meter.Start(_now);
        Drain(milliseconds: 4000, 1000 / before, cost: 1);
        Assert.Equal(before, _meter.Rate, before * 0.05);

        // One measurement: of 0.1 s, or of as long as it takes until there are sixteen grants.
        int one = Math.Max(100, 16 * 1000 / after);
        for (int measured = 1; measured <= 12; measured++)
        {
            Drain(one, 1000 / after, cost: 1);
            double expected = after + ((before - after) * Math.Pow(0.75, measured));
            Assert.Equal(expected, _meter.Rate, expected * 0.1);
        }
    }

    /// <summary>A queue that nobody leaves any more drains at nothing, and that is known each second.</summary>
    [Fact]
    public void Rate_NothingIsGrantedAnyMore_Falls()
    {
        _meter.Start(_now);
        Drain(milliseconds: 1000, every: 1, cost: 1);
        Drain(milliseconds: 4000, every: int.MaxValue, cost: 1);
        Assert.InRange(_meter.Rate, 1, 1000 * Math.Pow(0.75, 3) * 1.05);
    }

    private void Drain(int milliseconds, int every, int cost)
    {
        for (int i = 1; i <= milliseconds; i++)
        {
            _now += Millisecond;
            if (i % every == 0)
            {
                _meter.Granted(cost);
            }

            _meter.Look(_now);
        }
    }

    private void Grant(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _meter.Granted(1);
        }
    }
}
