using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class KneeStrainTests
{
    [Fact]
    public void IsCollapse_NothingRead_IsFalse() => Assert.False(default(KneeStrain).IsCollapse);

    /// <summary>A burst is served at the full rate, however long it lasts.</summary>
    [Fact]
    public void IsCollapse_TheRateStays_IsFalse() => AssertNever(Calm(), _ => 1000);

    /// <summary>The more wait, the fewer are served.</summary>
    [Theory]
    [InlineData(0.97, true)]
    [InlineData(0.9999, false)]
    public void IsCollapse_TheRateFallsAndFalls_IsTrue(double share, bool isCollapse)
    {
        KneeStrain strain = Calm();
        for (int i = 0; i < 20 && !strain.IsCollapse; i++)
        {
            strain = After(strain, 1000 * Math.Pow(share, i));
        }

        Assert.Equal(isCollapse, strain.IsCollapse);
    }

    /// <summary>A dependency that has become slow ends hardly any, then some, then all.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    public void IsCollapse_TheRateRecovers_IsFalse(int windows) => AssertNever(Calm(), i => Math.Min(1000, 20 + (1000.0 * i / windows)));

    /// <summary>A third less than the highest, but not falling any more: the capacity is less, and waiting is not the cause.</summary>
    [Fact]
    public void IsCollapse_TheRateHasFallenOnce_IsFalse() => AssertNever(Calm(), _ => 650);

    [Fact]
    public void IsCollapse_TooFewHaveEnded_IsFalse()
    {
        KneeStrain strain = Calm();
        strain = After(strain, 1000);
        strain = After(strain, 100);
        Assert.False(strain.IsCollapse);
    }

    /// <summary>Fewer come: nothing piles up, and the highest rate is forgotten.</summary>
    [Fact]
    public void After_NothingPilesUp_BeginsAnew()
    {
        KneeStrain strain = Calm();
        for (int i = 0; i < 100; i++)
        {
            strain = After(strain, perSecond: 300, isPiling: false);
            Assert.False(strain.IsCollapse);
        }

        Assert.Equal(0, strain.Ends);
        Assert.Equal(0, strain.Seconds);
        Assert.Equal(300, strain.Most, 1);
    }

    private static KneeStrain Calm()
    {
        KneeStrain strain = default;
        for (int i = 0; i < 10; i++)
        {
            strain = After(strain, perSecond: 1000, isPiling: false);
        }

        return strain;
    }

    private static void AssertNever(KneeStrain strain, Func<int, double> rate)
    {
        for (int i = 0; i < 200; i++)
        {
            strain = After(strain, rate(i));
            Assert.False(strain.IsCollapse, $"{strain} in window {i}");
        }
    }

    private static KneeStrain After(in KneeStrain strain, double perSecond, bool isPiling = true) =>
        strain.After(KneeReadings.Of(new LimitWindow { Duration = TimeSpan.FromSeconds(0.1), Samples = (int)(perSecond / 10) }), isPiling);
}
