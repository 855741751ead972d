using AdmissionControl.Benchmarks.Overload;

namespace AdmissionControl.Tests.Overload;

public class OverloadOptionsTests
{
    [Fact]
    public void Parse_Nothing_IsTheWholeRun() =>
        Assert.Equal((new OverloadOptions(false, false, null), null), OverloadOptions.Parse([]));

    [Fact]
    public void Parse_All_InAnyOrder() => Assert.Equal(
        (new OverloadOptions(true, true, "0,2-3"), null), OverloadOptions.Parse(["--server-cores", "0,2-3", "--inline", "--quick"]));

    [Theory]
    [InlineData("--quik", "", "'--quik' is unknown")]
    [InlineData("--quick", "0", "'0' is unknown")]
    [InlineData("--server-cores", "one", "--server-cores is 'one'")]
    [InlineData("--server-cores", "0;ls", "--server-cores is '0;ls'")]
    [InlineData("--quick", "--server-cores", "--server-cores is missing")]
    public void Parse_Wrong_NamesTheOptionAndWhatIsAllowed(string first, string second, string expected)
    {
        (OverloadOptions? options, string? error) = OverloadOptions.Parse([first, second]);

        Assert.Null(options);
        Assert.Contains(expected, error);
        Assert.Contains("allowed", error);
    }
}
