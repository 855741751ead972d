using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.TokenBuckets;

public class PermitStripeTests
{
    private PermitStripe _stripe;

    [Fact]
    public void TryTake_MoreThanIsHere_TakesNothing()
    {
        _stripe.Release(3);
        Assert.False(_stripe.TryTake(4));
        Assert.True(_stripe.TryTake(2));
        Assert.False(_stripe.TryTake(2));
        Assert.Equal(1, _stripe.Held);
        Assert.True(_stripe.TryTake(1));
        Assert.False(_stripe.TryTake(1));
    }

    [Fact]
    public void TryClaim_UntilReleased_IsClosedForEverybody()
    {
        _stripe.Release(3);
        Assert.True(_stripe.TryClaim(out int held));
        Assert.Equal((3, 0), (held, _stripe.Held));
        Assert.False(_stripe.TryTake(1));
        Assert.False(_stripe.TryClaim(out _));
        _stripe.Release(2);
        Assert.Equal(2, _stripe.Held);
        Assert.True(_stripe.TryTake(2));
        Assert.True(_stripe.TryClaim(out held));
        Assert.Equal(0, held);
    }
}
