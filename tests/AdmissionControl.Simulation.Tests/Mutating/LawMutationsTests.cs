using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Mutating;

namespace AdmissionControl.Simulation.Tests.Mutating;

public sealed class LawMutationsTests
{
    private const int Fewest = 20;

    public static TheoryData<string> Names => [.. LawMutations.All.Select(mutation => mutation.Name)];

    [Fact]
    public void All_Names_EnoughAndEachItsOwn()
    {
        Assert.InRange(LawMutations.All.Count, Fewest, int.MaxValue);
        Assert.Equal(LawMutations.All.Count, LawMutations.All.Select(mutation => mutation.Name).Distinct().Count());
    }

    // Where this fails the law has changed: the list has to follow.
    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_TheSourceOfToday_IsChanged(string name)
    {
        Mutation mutation = LawMutations.All.Single(mutation => mutation.Name == name);
        string source = File.ReadAllText(Path.Combine(Checkout.Find(), "src", "AdmissionControl", mutation.File));

        Assert.NotEqual(source, mutation.Apply(source));
    }
}
