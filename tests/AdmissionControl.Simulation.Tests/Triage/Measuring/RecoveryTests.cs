using AdmissionControl.Simulation.Triage.Measuring;

namespace AdmissionControl.Simulation.Tests.Triage.Measuring;

public sealed class RecoveryTests
{
    [Fact]
    public void Time_AllIsWellAtOnce_Zero() => Assert.Equal(0, Recovery.Time([Series(20)], from: 3, to: 20));

    [Fact]
    public void Time_BadForAWhile_UntilTheLastBadSliceIsRareEnough()
    {
        TriageSlice[] series = Series(20, (5, 7));

        Assert.Equal(2, Recovery.Time([series], from: 5, to: 20), 6);
    }

    [Fact]
    public void Time_GoodForFourSecondsOnly_CountsFromTheSecondTime()
    {
        TriageSlice[] series = Series(20, (5, 6), (10, 11));

        Assert.Equal(6, Recovery.Time([series], from: 5, to: 20), 6);
    }

    [Fact]
    public void Time_TheEndComesFirst_NotANumber() => Assert.Equal(double.NaN, Recovery.Time([Series(20, (5, 16))], from: 5, to: 20));

    [Fact]
    public void Time_ThreeInAHundredMissing_IsGood()
    {
        TriageSlice[] series = Series(20);
        for (int slice = 0; slice < series.Length; slice += 10)
        {
            series[slice].Good = 70;
        }

        Assert.Equal(0, Recovery.Time([series], from: 0, to: 20));
        series[0].Good = 69;
        Assert.Equal(0.1, Recovery.Time([series], from: 0, to: 20), 6);
    }

    [Fact]
    public void Time_SeveralStreams_CountTogether()
    {
        TriageSlice[] bad = Series(20, (0, 3));

        Assert.Equal(3, Recovery.Time([bad, Series(20)], from: 0, to: 20), 6);
    }

    private static TriageSlice[] Series(int seconds, params (double From, double To)[] bad)
    {
        var series = new TriageSlice[seconds * 10];
        foreach (ref TriageSlice slice in series.AsSpan())
        {
            slice = new TriageSlice { Offered = 100, Good = 100 };
        }

        foreach ((double from, double to) in bad)
        {
            for (int slice = (int)(from * 10); slice < (int)(to * 10); slice++)
            {
                series[slice].Good = 0;
            }
        }

        return series;
    }
}
