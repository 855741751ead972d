using System.Numerics;
using AdmissionControl.Triage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Triage;

public class UsageBandTests
{
    // Even in the number of bits, so that the small and the large meet.
    private static Gen<ulong> UpTo(int bits) =>
        from length in Gen.Choose(0, bits)
        from seed in Gen.Choose(0, int.MaxValue)
        select (ulong)new Random(seed).NextInt64() & ((1UL << length) - 1);

    private static Arbitrary<(uint Usage, ulong Served, uint Sharers)> Cases =>
        (from usage in UpTo(32)
         from served in UpTo(62)
         from sharers in UpTo(16)
         select ((uint)usage, served, Math.Max(1, (uint)sharers))).ToArbitrary();

    /// <summary>Band b from 2^b times the share on, worked out with whole numbers of any size.</summary>
    [Property(MaxTest = 5_000)]
    public Property Of_AnyUsage_IsTheLogarithmOfTheRatio() => Prop.ForAll(Cases, c =>
    {
        int expected = 0;
        while (c.Served > 0 && expected < 7 && (BigInteger)c.Usage * c.Sharers >= (BigInteger)c.Served << (expected + 1))
        {
            expected++;
        }

        Assert.Equal(expected, UsageBand.Of(c.Usage, c.Served, c.Sharers));
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(199, 0)]
    [InlineData(200, 1)]
    [InlineData(399, 1)]
    [InlineData(400, 2)]
    [InlineData(12_799, 6)]
    [InlineData(12_800, 7)]
    [InlineData(uint.MaxValue, 7)]
    public void Of_AShareOfAHundred_DoublesFromBandToBand(uint usage, int band) => Assert.Equal(band, UsageBand.Of(usage, served: 1000, sharers: 10));

    [Theory]
    [InlineData(0)]
    [InlineData(uint.MaxValue)]
    public void Of_NothingServed_IsLight(uint usage) => Assert.Equal(0, UsageBand.Of(usage, served: 0, sharers: 1000));
}
