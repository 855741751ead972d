using AdmissionControl.Simulation.Commands;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class UsageTests
{
    [Fact]
    public void IsOfUser_WrappedBySeveralRuns_IsWhenAllAre()
    {
        Assert.True(Usage.IsOfUser(new FormatException()));
        Assert.True(Usage.IsOfUser(new AggregateException(new FormatException(), new AggregateException(new UsageException("")))));
        Assert.False(Usage.IsOfUser(new AggregateException(new FormatException(), new InvalidOperationException())));
        Assert.False(Usage.IsOfUser(new InvalidOperationException()));
    }
}
