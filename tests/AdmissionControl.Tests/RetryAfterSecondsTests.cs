namespace AdmissionControl.Tests;

public class RetryAfterSecondsTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(TimeSpan.TicksPerSecond, 1)]
    [InlineData(TimeSpan.TicksPerSecond + (34 * TimeSpan.TicksPerMillisecond), 1)]
    [InlineData(TimeSpan.TicksPerSecond + (35 * TimeSpan.TicksPerMillisecond), 2)]
    [InlineData(90 * TimeSpan.TicksPerSecond, 90)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void RoundUp_AnyTime_IsEarlyByATickAtMostAndNeverZero(long ticks, int expected) =>
        Assert.Equal(expected, RetryAfterSeconds.RoundUp(new TimeSpan(ticks)));
}
