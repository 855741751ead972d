using AdmissionControl.Benchmarks.Overload;

namespace AdmissionControl.Tests.Overload;

public class MachineCpuTests
{
    [Fact]
    public void Parse_ALineOfLinux_LeavesOutIdleAndGuests() =>
        Assert.Equal(new MachineCpu(Busy: 27, Total: 27 + 40 + 50), MachineCpu.Parse("cpu  1 2 3 40 50 6 7 8 900 900"));

    [Theory]
    [InlineData("")]
    [InlineData("cpu0 1 2 3 40 50 6 7 8 9 9")]
    [InlineData("cpu 1 2 3")]
    public void Parse_AnythingElse_IsNull(string line) => Assert.Null(MachineCpu.Parse(line));
}
