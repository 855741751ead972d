using AdmissionControl.Benchmarks.Overload;

namespace AdmissionControl.Tests.Overload;

public class ServerSampleTests
{
    [Fact]
    public void Parse_ALine_IsWhatItWasMadeOf()
    {
        var full = new ServerSample(20, 7, TimeSpan.FromMilliseconds(12.5), TimeSpan.FromSeconds(3));
        var bare = new ServerSample(null, 0, null, TimeSpan.Zero);

        Assert.Equal(full, ServerSample.Parse(full.ToLine()));
        Assert.Equal(bare, ServerSample.Parse(bare.ToLine()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("20 7 -")]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("20 seven - 0")]
    public void Parse_AnythingElse_Throws(string line) => Assert.Throws<FormatException>(() => ServerSample.Parse(line));
}
