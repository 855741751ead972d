using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

public class AdmissionStagesTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>One takes the last token and finds that another waits, who came meanwhile and lacks just that token: it gives it back, and goes.</summary>
    [Fact]
    public void RefundTokens_SomebodyWaitsForTheNextToken_HasThisOne()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Rate("1/min").Queue(TimeSpan.FromHours(1)));
        Assert.True(controller.Stages.Bucket!.TryTake());
        var waiting = new Asked(controller.AdmitAsync(default));
        Assert.False(waiting.IsCompleted);

        controller.Stages.RefundTokens(1, default);

        Assert.True(waiting.Result.IsAdmitted);
    }
}
