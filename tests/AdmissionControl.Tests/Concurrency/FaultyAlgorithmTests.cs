using AdmissionControl.Concurrency;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Concurrency;

public class FaultyAlgorithmTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Complete_RuleThrowsOrGivesNoNumber_ReleasesAndKeepsTheLimit(bool throws)
    {
        var time = new FakeTimeProvider();
        using AdmissionController controller = Policy.Build(time, p => p.Concurrency(new Faulty(throws, 3)));
        for (int i = 0; i < 30; i++)
        {
            AdmissionLease lease = controller.TryAdmit(default);
            time.Advance(TimeSpan.FromSeconds(1));
            lease.Complete(AdmissionOutcome.Success);
        }

        Assert.Equal((0, 3), (controller.GetStatistics().InFlight, controller.GetStatistics().Limit));
    }

    private sealed record Faulty(bool Throws, double Limit) : ILimitAlgorithm
    {
        public int MaxLimit => 10;

        public ILimitAlgorithm After(in LimitWindow window) =>
            Throws ? throw new InvalidOperationException("A faulty rule.") : this with { Limit = double.NaN };
    }
}
