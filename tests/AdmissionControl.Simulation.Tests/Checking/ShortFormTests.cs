using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Checking;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Checking;

public sealed class ShortFormTests
{
    private static readonly Scenario[] Short = [.. ShippedScenarios.Load().Where(ShortForm.Has)];

    [Fact]
    public void Has_Shipped_AHandfulAndNoneHeldOut()
    {
        Assert.InRange(Short.Length, 5, 10);
        Assert.DoesNotContain(Short, scenario => scenario.IsHeldOut);
        Assert.All(Short, scenario => Assert.Equal(ShortForm.Seeds, ShortForm.Of(scenario).Seeds));
    }

    [Fact]
    public void Of_FewerSeeds_StayFew() => Assert.Equal(2, ShortForm.Of(Short[0] with { Seeds = 2 }).Seeds);

    [Fact]
    public void Golden_EachShortScenario_HasTheDefaultAndEachMutantThatFailsSomewhere()
    {
        IReadOnlyList<GoldenRow> golden = GoldenFile.Load(Path.Combine(Checkout.Find(), GoldenFile.CommittedPath));

        GoldenRow[] rows = [.. golden.Where(row => row.Seeds == ShortForm.Seeds)];
        string[] mutants = [.. ArmCatalog.All.Where(arm => arm.Kind == ArmKind.Mutant).Select(arm => arm.Name)];
        Assert.All([ArmCatalog.Default, .. mutants], arm =>
            Assert.Equal(Short.Select(scenario => scenario.Name), rows.Where(row => row.Arm == arm).Select(row => row.Scenario)));
        Assert.All(mutants, mutant => Assert.Contains(rows, row => row.Arm == mutant && !row.MeetsGoals));
    }
}
