using AdmissionControl.InterleavingTests.Scenarios;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests;

/// <summary>The shipped source is right in every schedule of every scenario within its number of preemptions, and in many random ones beyond it.</summary>
[Collection(Explorations.Name)]
public class ScenarioTests(ITestOutputHelper output)
{
    private const int Seed = 20261124;
    private const int RandomSchedules = 300;
    private const int PriorityChanges = 6;

    public static TheoryData<string> Names => [.. Catalogue.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Exhaust_TheShippedSource_EveryScheduleIsRight(string name)
    {
        Scenario scenario = Catalogue.All[name];
        Exploration exploration = Explorer.Exhaust(scenario);
        string extent = exploration.Extent == Extent.All ? "all that there are" : $"all with up to {scenario.Preemptions} preemptions";
        output.WriteLine($"{exploration.Schedules} schedules: {extent}");
        Assert.True(exploration.Finding is null, exploration.Finding);
        Assert.True(exploration.Extent != Extent.Some, $"More than {Explorer.MostSchedules} schedules: the scenario is too large.");
        Assert.True(exploration.Schedules > 1, "A single schedule explores nothing.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_TheShippedSource_EveryScheduleIsRight(string name)
    {
        Exploration exploration = Explorer.Sample(Catalogue.All[name], Seed, RandomSchedules, PriorityChanges);
        output.WriteLine($"seed {Seed}, {exploration.Schedules} schedules with {PriorityChanges} changes of priority");
        Assert.True(exploration.Finding is null, exploration.Finding);
    }
}
