using AdmissionControl.Triage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Triage;

public class UsageUnitsTests
{
    private static Arbitrary<(double Rate, int Seed)> Paces =>
        (from exponent in Gen.Choose(-30, 30)
         from seed in Gen.Choose(0, int.MaxValue)
         select (Math.Pow(10, exponent / 10.0), seed)).ToArbitrary();

    [Theory]
    [InlineData(1, 16)]
    [InlineData(1_000_000, 16_000_000)]
    [InlineData(int.MaxValue, uint.MaxValue)]
    [InlineData((1 << 28) - 1, uint.MaxValue - 15)]
    [InlineData(1 << 28, uint.MaxValue)]
    public void Of_AnyCost_IsSixteenthsOrTheMost(int permits, uint units) => Assert.Equal(units, UsageUnits.Of(permits));

    /// <summary>Whoever leaves at least 1/rate between two permits stays within, however far it stays below the rate now and then, and wherever the seconds end.</summary>
    [Property(MaxTest = 500)]
    public Property MostAt_ASteadyClient_StaysWithin() => Prop.ForAll(Paces, pace =>
    {
        var random = new Random(pace.Seed);
        bool isEven = random.Next(2) == 0;
        double usage = 0;
        double most = 0;
        double at = random.NextDouble();
        for (int i = 0; i < 5_000; i++)
        {
            usage += UsageUnits.PerPermit;
            most = Math.Max(most, usage);
            double next = at + ((1 + (isEven || random.Next(10) > 0 ? 0 : random.NextDouble())) / pace.Rate);
            usage /= Math.Pow(2, Math.Floor(next) - Math.Floor(at));
            at = next;
        }

        Assert.InRange(most, 0, UsageUnits.MostAt(pace.Rate) * (1 + 1e-9));
    });

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(1, 3)]
    [InlineData(100, 201)]
    public void MostAt_ARate_IsTwiceItAndOne(double rate, double permits) => Assert.Equal(permits * UsageUnits.PerPermit, UsageUnits.MostAt(rate));
}
