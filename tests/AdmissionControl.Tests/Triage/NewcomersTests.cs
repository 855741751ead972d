using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class NewcomersTests
{
    private const long Second = 1_000_000_000;

    private static readonly ulong Client = SeededKeys.Hash(1, 1);
    private static readonly ulong Other = SeededKeys.Hash(1, 2);

    [Theory]
    [InlineData(1, 9, false)]
    [InlineData(1, 10, false)]
    [InlineData(1, 19, false)]
    [InlineData(1, 20, true)]
    [InlineData(9, 10, false)]
    [InlineData(9, 20, true)]
    [InlineData(11, 29, false)]
    [InlineData(11, 30, true)]
    [InlineData(11, 599, true)]
    public void HasComeBefore_AWholePeriodBetween_IsTrue(int first, int again, bool expected)
    {
        var newcomers = new Newcomers(now: 0);
        Assert.False(newcomers.HasComeBefore(Client, first * Second));
        Assert.Equal(expected, newcomers.HasComeBefore(Client, again * Second));
    }

    /// <summary>Those of the last period may have come a moment ago.</summary>
    /// <param name="first">When the client came, in seconds.</param>
    /// <param name="last">When somebody came last before the calm ended.</param>
    /// <param name="isRemembered">Whether the client is.</param>
    [Theory]
    [InlineData(21, 21, false)]
    [InlineData(9, 10, false)]
    [InlineData(9, 20, true)]
    [InlineData(1, 21, true)]
    public void EndCalm_CameInThisPeriodOrTheLast_IsForgotten(int first, int last, bool isRemembered)
    {
        var newcomers = new Newcomers(now: 0);
        newcomers.HasComeBefore(Client, first * Second);
        newcomers.HasComeBefore(Other, last * Second);

        newcomers.EndCalm();

        Assert.Equal(isRemembered, newcomers.HasComeBefore(Client, 45 * Second));
        Assert.False(newcomers.HasComeBefore(Other, 45 * Second));
    }

    [Fact]
    public void HasComeBefore_SixtyPeriodsLater_IsForgotten()
    {
        var newcomers = new Newcomers(now: 0);
        newcomers.HasComeBefore(Client, 1 * Second);
        Assert.False(newcomers.HasComeBefore(Client, 11 * Second));
        for (int period = 2; period < 60; period++)
        {
            Assert.True(newcomers.HasComeBefore(Client, ((period * 10) + 1) * Second));
        }

        Assert.False(newcomers.HasComeBefore(Client, 601 * Second));
    }
}
