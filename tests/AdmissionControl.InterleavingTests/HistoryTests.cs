using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests;

/// <summary>The checker of histories, on calls that were made one inside another to overlap.</summary>
public class HistoryTests
{
    [Fact]
    public void MustBeExplained_ResultsOfAnOrder_Holds()
    {
        var history = new History<Counter>(new(0));
        Take(history, ticket: 1);
        Take(history, ticket: 2);
        history.MustBeExplained(state => state.Given == 2);
    }

    [Fact]
    public void MustBeExplained_EndThatDisagrees_Throws()
    {
        var history = new History<Counter>(new(0));
        Take(history, ticket: 1);
        Assert.Throws<ViolationException>(() => history.MustBeExplained(state => state.Given == 2));
    }

    [Fact]
    public void MustBeExplained_ResultsOfTheOppositeOrder_ThrowsUnlessTheCallsOverlap()
    {
        var apart = new History<Counter>(new(0));
        Take(apart, ticket: 2);
        Take(apart, ticket: 1);
        Assert.Throws<ViolationException>(() => apart.MustBeExplained(_ => true));

        var overlapping = new History<Counter>(new(0));
        Take(overlapping, ticket: 2, meanwhile: () => Take(overlapping, ticket: 1));
        overlapping.MustBeExplained(_ => true);
    }

    [Fact]
    public void MustBeExplained_OneTicketTwice_Throws()
    {
        var history = new History<Counter>(new(0));
        Take(history, ticket: 1, meanwhile: () => Take(history, ticket: 1));
        Assert.Throws<ViolationException>(() => history.MustBeExplained(_ => true));
    }

    private static void Take(History<Counter> history, int ticket, Action? meanwhile = null) => history.Record(
        "Take",
        () =>
        {
            meanwhile?.Invoke();
            return ticket;
        },
        (state, result) => result == state.Given + 1 ? new(result) : null);

    private sealed record Counter(int Given);
}
