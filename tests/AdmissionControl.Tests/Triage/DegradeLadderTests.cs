using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class DegradeLadderTests
{
    private const long Second = 1_000_000_000;

    private readonly DegradeLadder _ladder = new();

    public static TheoryData<long> Moments => [0, 1, 1_234_567_891, -5 * Second, -(1L << 60), 1L << 60, (1L << 61) - 1];

    [Fact]
    public void LevelAt_NothingObserved_IsZeroAndUntouched()
    {
        Assert.All((long[])[long.MinValue / 2, 0, long.MaxValue], now => Assert.Equal(0, _ladder.LevelAt(now)));
        _ladder.Observe(0, Second);
        _ladder.Observe(0.0099, Second);
        Assert.True(_ladder.IsUntouched);
        Assert.Equal(0, _ladder.LevelAt(Second));
    }

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(0.2499, 1)]
    [InlineData(0.25, 2)]
    [InlineData(0.4999, 2)]
    [InlineData(0.5, 3)]
    [InlineData(1, 3)]
    [InlineData(100, 3)]
    public void Observe_AShare_RisesToItsLevelAtOnce(double share, int level)
    {
        _ladder.Observe(share, Second);
        Assert.Equal((level, false), (_ladder.LevelAt(Second), _ladder.IsUntouched));
    }

    /// <summary>The moments are kept in units of four nanoseconds.</summary>
    [Theory]
    [MemberData(nameof(Moments))]
    public void LevelAt_NothingIsShedAnyMore_FallsOneStepEachTwoSeconds(long now)
    {
        _ladder.Observe(0.9, now);
        Assert.Equal((3, 3), (_ladder.LevelAt(now), _ladder.LevelAt(now + (2 * Second) - 4)));
        Assert.Equal((2, 2), (_ladder.LevelAt(now + (2 * Second)), _ladder.LevelAt(now + (4 * Second) - 4)));
        Assert.Equal((1, 1), (_ladder.LevelAt(now + (4 * Second)), _ladder.LevelAt(now + (6 * Second) - 4)));
        Assert.Equal((0, 0), (_ladder.LevelAt(now + (6 * Second)), _ladder.LevelAt(now + (500_000 * Second))));
    }

    [Theory]
    [InlineData(0.5, 3, 0.25, 0.2499)]
    [InlineData(0.3, 2, 0.125, 0.1249)]
    [InlineData(0.02, 1, 0.005, 0.0049)]
    public void Observe_HalfOfTheShareThatRaises_HoldsTheLevelAndLessDoesNot(double raising, int level, double holding, double letting)
    {
        long now = Second;
        _ladder.Observe(raising, now);
        for (int i = 0; i < 50; i++)
        {
            now += Second / 10;
            _ladder.Observe(holding, now);
        }

        Assert.Equal(level, _ladder.LevelAt(now + (2 * Second) - 4));
        for (int i = 0; i < 20; i++)
        {
            now += Second / 10;
            _ladder.Observe(letting, now);
        }

        Assert.Equal(level - 1, _ladder.LevelAt(now));
    }

    /// <summary>Halfway down, the level that was reached is the one that is held.</summary>
    [Fact]
    public void Observe_WhileItFalls_HoldsTheLevelOfNow()
    {
        _ladder.Observe(0.9, 0);
        _ladder.Observe(0.2, 3 * Second);
        Assert.Equal((2, 2, 1), (_ladder.LevelAt(3 * Second), _ladder.LevelAt((5 * Second) - 4), _ladder.LevelAt(5 * Second)));
        _ladder.Observe(0.6, (5 * Second) + 1);
        Assert.Equal(3, _ladder.LevelAt((5 * Second) + 1));
    }

    [Fact]
    public void Observe_AnythingAtAnyTime_IsBetweenZeroAndThree()
    {
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++)
        {
            _ladder.Observe(random.NextDouble() * random.NextDouble(), random.NextInt64(-(1L << 61), 1L << 61));
            Assert.InRange(_ladder.LevelAt(random.NextInt64(-(1L << 61), 1L << 61)), 0, 3);
        }
    }
}
