using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class PeriodEndTests
{
    [Fact]
    public void TryPass_WithinThePeriod_IsNothingToDo()
    {
        var end = new PeriodEnd(100, now: 1_050);
        Assert.All((long[])[1_050, 1_149, 0, 1_049], now => Assert.False(end.TryPass(now, out _)));
    }

    [Theory]
    [InlineData(1_150, 1)]
    [InlineData(1_249, 1)]
    [InlineData(1_250, 2)]
    [InlineData(11_049, 99)]
    [InlineData(11_050, 100)]
    public void TryPass_Later_IsTrueOnceAndSaysHowManyEnded(long now, long expected)
    {
        var end = new PeriodEnd(100, now: 1_050);
        Assert.True(end.TryPass(now, out long passed));
        Assert.Equal(expected, passed);
        Assert.False(end.TryPass(now, out _));
        Assert.False(end.TryPass(1_049 + ((passed + 1) * 100), out _));
        Assert.True(end.TryPass(1_050 + ((passed + 1) * 100), out passed));
        Assert.Equal(1, passed);
    }
}
