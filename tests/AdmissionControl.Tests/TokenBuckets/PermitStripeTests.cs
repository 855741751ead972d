using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.TokenBuckets;

public class PermitStripeTests
{
    private PermitStripe _stripe;

    /// <summary>So the first stripe of an array is away from the array's length, which every taker reads, and the last from what follows.</summary>
    [Fact]
    public void Layout_TheWordThatTakersWrite_HasTwoCacheLinesOnEitherSide()
    {
        FieldInfo[] fields = typeof(PermitStripe).GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
        int offset = Assert.Single(fields).GetCustomAttribute<FieldOffsetAttribute>()!.Value;
        Assert.True(offset >= 128);
        Assert.True(Unsafe.SizeOf<PermitStripe>() - offset >= 128);
    }

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
