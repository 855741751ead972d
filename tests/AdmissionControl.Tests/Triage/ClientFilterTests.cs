using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class ClientFilterTests
{
    [Fact]
    public void Contains_Added_IsTrueUntilCleared()
    {
        var filter = new ClientFilter();
        for (int i = 0; i < 1000; i++)
        {
            filter.Add(SeededKeys.Hash(1, i));
        }

        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(filter.Contains(SeededKeys.Hash(1, i))));
        filter.Clear();
        Assert.All(Enumerable.Range(0, 1000), i => Assert.False(filter.Contains(SeededKeys.Hash(1, i))));
    }

    [Fact]
    public void AddAll_Another_HoldsTheMembersOfBoth()
    {
        var filter = new ClientFilter();
        var other = new ClientFilter();
        filter.Add(SeededKeys.Hash(1, 1));
        other.Add(SeededKeys.Hash(1, 2));

        filter.AddAll(other);

        Assert.True(filter.Contains(SeededKeys.Hash(1, 1)) && filter.Contains(SeededKeys.Hash(1, 2)));
        Assert.False(other.Contains(SeededKeys.Hash(1, 1)));
    }
}
