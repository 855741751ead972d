using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.ConcurrencyTests;

public class AdmissionStagesRaceTests
{
    [Fact]
    public void TryAdmit_LosesTheLastPermitAfterTakingAToken_GivesTheTokenBack()
    {
        const int Burst = 1_000_000;
        var options = new AdmissionPolicyOptions();
        new AdmissionPolicyBuilder(options).Rate("1/day", Burst).FixedConcurrency(1);
        using var controller = new AdmissionController("race", options, new FakeTimeProvider());

        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                controller.TryAdmit(default).Complete(AdmissionOutcome.Success);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal(Burst - (int)statistics.TotalAdmitted, statistics.AvailablePermits);
    }
}
