using AdmissionControl.Simulation.Triage.Engine;

namespace AdmissionControl.Simulation.Tests.Triage.Engine;

public sealed class ClientKeysTests
{
    private readonly ClientKeys _keys = new(1);

    [Fact]
    public void Of_TheSameClient_TheSameKeyEachTime()
    {
        Assert.Equal(_keys.Of("users", 7, groups: 3), new ClientKeys(1).Of("users", 7, groups: 3));
        Assert.NotEqual(_keys.Of("users", 7, groups: 3), _keys.Of("users", 8, groups: 3));
        Assert.NotEqual(_keys.Of("users", 7, groups: 3), _keys.Of("others", 7, groups: 3));
        Assert.NotEqual(_keys.Of("users", 7, groups: 3), new ClientKeys(2).Of("users", 7, groups: 3));
    }

    [Fact]
    public void Of_AClient_LiesInTheNetworkThatItsNumberSays()
    {
        // The second network of three and of two; the first of one; none.
        Assert.Equal(_keys.Of("users", 1, groups: 3), _keys.Of("users", 1, groups: 2));
        Assert.NotEqual(_keys.Of("users", 1, groups: 3), _keys.Of("users", 1, groups: 1));
        Assert.NotEqual(_keys.Of("users", 1, groups: 3), _keys.Of("users", 1, groups: 0));
        Assert.False(_keys.Of("users", 0, groups: 0).IsNone);
    }

    [Fact]
    public void CohortOf_ManyClients_EveryCohortIsUsed() =>
        Assert.Equal(AdmissionRequest.CohortCount, Enumerable.Range(0, 5000).Select(client => _keys.CohortOf("users", client)).Distinct().Count());
}
