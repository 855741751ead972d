namespace AdmissionControl.Tests;

public class AdmissionFlowTests
{
    [Fact]
    public async Task Current_SetInAMethod_FlowsIntoWhatItCallsAndNotBack()
    {
        var low = new AdmissionRequest(RequestPriority.Low) { Cohort = 5 };
        AdmissionRequest? inCall = null;
        AdmissionRequest? inJob = null;

        await SetAsync();

        Assert.Equal(low, inCall);
        Assert.Equal(low, inJob);
        Assert.Null(AdmissionFlow.Current);

        async Task SetAsync()
        {
            AdmissionFlow.Current = low;
            await Task.Yield();
            inCall = AdmissionFlow.Current;
            inJob = await Task.Run(() => AdmissionFlow.Current);
        }
    }

    [Fact]
    public void Current_ReadWithoutFlow_AllocatesNothing() => Assert.Equal(0, Allocated.In(() =>
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.Null(AdmissionFlow.Current);
        }
    }));
}
