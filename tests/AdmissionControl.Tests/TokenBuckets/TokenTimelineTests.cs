using System.Numerics;
using AdmissionControl.TokenBuckets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.TokenBuckets;

public class TokenTimelineTests
{
    [Property(MaxTest = 2000)]
    public Property RealisedPermitsPerSecond_AnyRateAndBurst_IsWithinTheClaim() => Prop.ForAll(
        BucketStory.Rates.ToArbitrary(),
        BucketStory.Bursts.ToArbitrary(),
        (rate, burst) =>
        {
            var line = new TokenTimeline(rate, burst);
            double error = Math.Abs((line.RealisedPermitsPerSecond / rate) - 1);
            Assert.True(error <= Math.ScaleB(1, -40), $"{rate:R}/s burst {burst} is realised as {line.RealisedPermitsPerSecond:R}");
            Assert.True(line.Factor > 0 && line.BurstUnits < 1L << 60);
        });

    [Property(MaxTest = 2000)]
    public Property ToNanoseconds_AnyUnits_AreEnough() => Prop.ForAll(
        BucketStory.Rates.ToArbitrary(),
        BucketStory.Bursts.ToArbitrary(),
        Gen.Choose(0, 1_000_000).Select(u => (long)Math.Exp(u / 1e6 * Math.Log(1L << 58))).ToArbitrary(),
        (rate, burst, units) =>
        {
            var line = new TokenTimeline(rate, burst);
            long nanoseconds = line.ToNanoseconds(units);
            Assert.True(nanoseconds == long.MaxValue || ((BigInteger)nanoseconds * line.Factor >> TokenTimeline.FactorBits) >= units);
        });

    [Theory]
    [InlineData(1e9, 1)]
    [InlineData(1e9, int.MaxValue)]
    [InlineData(1.0 / 86_400, 1)]
    [InlineData(1.0 / 86_400, int.MaxValue)]
    public void ToUnitsOfTime_AtTheHorizon_LeavesRoomBelowTheSeal(double rate, int burst)
    {
        var line = new TokenTimeline(rate, burst);
        long farthest = line.ToUnitsOfTime((1L << 61) + 86_400_000_000_000) + line.BurstUnits;
        Assert.InRange(farthest, 1, TokenTimeline.Sealed - 1);
    }
}
