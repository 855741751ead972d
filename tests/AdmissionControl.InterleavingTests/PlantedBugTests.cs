using AdmissionControl.InterleavingTests.Planting;

namespace AdmissionControl.InterleavingTests;

/// <summary>Whether the scenarios can find anything: each mistake, planted in the shipped source, is shown by a schedule.</summary>
[Collection(Explorations.Name)]
public class PlantedBugTests(ITestOutputHelper output)
{
    private static readonly PlantedBug[] Bugs =
    [
        .. ConcurrencyGateBugs.All,
        .. BulkheadBugs.All,
        .. TokenBucketBugs.All,
        .. StripedTokenBucketBugs.All,
        .. LeaseBugs.All,
        .. BucketSetsBugs.All,
        .. WaitQueueBugs.All,
        .. LimitRegulatorBugs.All,
        .. PoolProbeBugs.All,
    ];

    public static TheoryData<string> Names => [.. Bugs.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void FindWith_PlantedBug_PrintsTheSchedule(string name)
    {
        string? finding = Subject.FindWith(Bugs.Single(bug => bug.Name == name));
        Assert.True(finding is not null, "No schedule within the bound shows the bug.");
        output.WriteLine(finding);
    }

    [Fact]
    public void Plant_TextThatIsNotThereOnce_IsRefused()
    {
        var bug = new PlantedBug("a bug", "a scenario", "A.cs", "old", "new");
        Assert.Equal("the new text", Subject.Plant(bug, "the old text"));
        Assert.Throws<InvalidOperationException>(() => Subject.Plant(bug, "the text"));
        Assert.Throws<InvalidOperationException>(() => Subject.Plant(bug, "old and old"));
    }
}
