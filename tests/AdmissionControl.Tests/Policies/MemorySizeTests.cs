using AdmissionControl.Policies;

namespace AdmissionControl.Tests.Policies;

public class MemorySizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("1KB", 1 << 10)]
    [InlineData(" 16 MB ", 16 << 20)]
    [InlineData("1GB", 1 << 30)]
    [InlineData("8589934591GB", 8589934591L << 30)]
    public void TryParse_ASize_ReadsIt(string text, long expected)
    {
        Assert.True(MemorySize.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("KB")]
    [InlineData("1.5MB")]
    [InlineData("-1KB")]
    [InlineData("1TB")]
    [InlineData("1 KB KB")]
    [InlineData("8589934592GB")]
    [InlineData("99999999999999999999")]
    public void TryParse_NoSize_IsRefused(string? text) => Assert.False(MemorySize.TryParse(text, out _));
}
