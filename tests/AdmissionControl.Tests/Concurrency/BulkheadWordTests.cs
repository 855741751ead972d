using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class BulkheadWordTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(3, 5, true)]
    [InlineData(int.MaxValue, int.MaxValue, true)]
    [InlineData(0, int.MaxValue, false)]
    public void Parts_AnyValue_AreKeptApart(int inFlight, int held, bool isClaiming)
    {
        var word = new BulkheadWord(inFlight, held, isClaiming);
        Assert.Equal((inFlight, held, isClaiming, held - inFlight), (word.InFlight, word.Held, word.IsClaiming, word.Unused));
        Assert.Equal(new BulkheadWord(inFlight, held, !isClaiming), word.WithClaim(!isClaiming));
    }

    [Fact]
    public void HoldAndUse_LargestNumbers_ChangeTheirPartAlone()
    {
        BulkheadWord word = new BulkheadWord(1, 2, true).Hold(int.MaxValue - 2);
        Assert.Equal(new BulkheadWord(1, int.MaxValue, true), word);
        Assert.Equal(new BulkheadWord(int.MaxValue, int.MaxValue, true), word.Use(int.MaxValue - 1));
        Assert.Equal(default, new BulkheadWord(0, 0, false));
    }
}
