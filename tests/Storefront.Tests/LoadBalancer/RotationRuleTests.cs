using Storefront.LoadBalancer;

namespace Storefront.Tests.LoadBalancer;

public sealed class RotationRuleTests
{
    private readonly RotationRule _rule = new();

    [Fact]
    public void Observe_FailuresInARow_LeavesAtTheLast()
    {
        Assert.False(Fail(1));
        Assert.False(Fail(2));
        Assert.True(Fail(3));
        Assert.False(_rule.InRotation);
    }

    [Fact]
    public void Observe_SuccessBetweenFailures_Stays()
    {
        Fail(1);
        Fail(2);
        Succeed(3);
        Fail(4);
        Fail(5);

        Assert.True(_rule.InRotation);
    }

    [Fact]
    public void Observe_SuccessesInARow_ReturnsAtTheLast()
    {
        Fail(1);
        Fail(2);
        Fail(3);

        Assert.False(Succeed(4));
        Assert.True(Succeed(5));
        Assert.True(_rule.InRotation);
    }

    [Fact]
    public void OutUntil_OutAndBack_SumsTheTime()
    {
        Fail(1);
        Fail(2);
        Fail(3);
        Assert.Equal(TimeSpan.FromSeconds(4), _rule.OutUntil(TimeSpan.FromSeconds(7)));

        Succeed(8);
        Succeed(9);
        Assert.Equal(TimeSpan.FromSeconds(6), _rule.OutUntil(TimeSpan.FromSeconds(20)));
    }

    private bool Fail(int second) => _rule.Observe(succeeded: false, TimeSpan.FromSeconds(second));

    private bool Succeed(int second) => _rule.Observe(succeeded: true, TimeSpan.FromSeconds(second));
}
