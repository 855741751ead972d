using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.TokenBuckets;

public class RateTests
{
    [Theory]
    [InlineData("10/s", 10, 1)]
    [InlineData("10/sec", 10, 1)]
    [InlineData("10/second", 10, 1)]
    [InlineData("400/min", 400, 60)]
    [InlineData("400/m", 400, 60)]
    [InlineData("400/minute", 400, 60)]
    [InlineData("10000/h", 10000, 3600)]
    [InlineData("10000/hour", 10000, 3600)]
    [InlineData("5/day", 5, 86400)]
    [InlineData("5/d", 5, 86400)]
    [InlineData("30/10s", 30, 10)]
    [InlineData("  30 / 10 s ", 30, 10)]
    [InlineData("0.5/s", 0.5, 1)]
    [InlineData("1e3/s", 1000, 1)]
    public void Parse_ARate_ReadsIt(string text, double permits, double seconds)
    {
        Assert.Equal(new Rate(permits, TimeSpan.FromSeconds(seconds)), Rate.Parse(text));
        Assert.Equal(permits / seconds, Rate.Parse(text).PermitsPerSecond);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("/s")]
    [InlineData("10/")]
    [InlineData("10/ ")]
    [InlineData("10/10")]
    [InlineData("10/0s")]
    [InlineData("10/-1s")]
    [InlineData("10/1.5s")]
    [InlineData("10/S")]
    [InlineData("10/ms")]
    [InlineData("ten/s")]
    [InlineData("1,000/s")]
    [InlineData("10/s/s")]
    [InlineData("10/99999999999s")]
    [InlineData("10/2000000000d")]
    [InlineData("10/10675200d")]
    public void Parse_NoRate_SaysSo(string text)
    {
        Assert.False(Rate.TryParse(text, out Rate rate));
        Assert.Equal(default, rate);
        FormatException error = Assert.Throws<FormatException>(() => Rate.Parse(text));
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(Rate.Format, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TheLongestPeriod_IsOne() => Assert.Equal(TimeSpan.FromDays(10_675_199), Rate.Parse("1/10675199d").Period);

    [Fact]
    public void TryParse_Null_IsNoRate()
    {
        Assert.False(Rate.TryParse(null, out _));
        Assert.Throws<ArgumentNullException>(() => Rate.Parse(null!));
    }

    [Theory]
    [InlineData("10/s")]
    [InlineData("400/min")]
    [InlineData("1/day")]
    [InlineData("1000000000/s")]
    [InlineData("1e20/h")]
    public void ToString_Parsed_GivesTheSameRate(string text)
    {
        Rate rate = Rate.Parse(text);
        Assert.Equal(rate.PermitsPerSecond, Rate.Parse(rate.ToString()).PermitsPerSecond);
    }
}
