using AdmissionControl.Benchmarks.Overload;

namespace AdmissionControl.Tests.Overload;

public class ArrivalsTests
{
    private const double Capacity = 1_000;

    private static readonly StepPlan Plan = new([0.5, 3], settling: TimeSpan.FromSeconds(10), measured: TimeSpan.FromSeconds(30));

    [Fact]
    public void Draw_SameSeed_SameArrivals() =>
        Assert.Equal(Arrivals.Draw(Plan, Capacity, seed: 3), Arrivals.Draw(Plan, Capacity, seed: 3));

    [Fact]
    public void Draw_OtherSeed_OtherArrivals() =>
        Assert.NotEqual(Arrivals.Draw(Plan, Capacity, seed: 3).First(), Arrivals.Draw(Plan, Capacity, seed: 4).First());

    [Fact]
    public void Draw_EachStep_KeepsItsRate()
    {
        Arrival[] arrivals = [.. Arrivals.Draw(Plan, Capacity, seed: 1)];

        // Five standard deviations of a Poisson count.
        Assert.InRange(arrivals.Count(a => a.Step == 0), 20_000 - 700, 20_000 + 700);
        Assert.InRange(arrivals.Count(a => a.Step == 1), 120_000 - 1_700, 120_000 + 1_700);
    }

    [Fact]
    public void Draw_Gaps_SpreadAsMuchAsTheirMean()
    {
        double[] gaps = [.. Arrivals.Draw(Plan, Capacity, seed: 1).Where(a => a.Step == 1).Select(a => a.At.TotalSeconds)];
        gaps = [.. gaps.Zip(gaps.Skip(1), (before, after) => after - before)];
        double mean = gaps.Average();

        Assert.InRange(Math.Sqrt(gaps.Average(g => (g - mean) * (g - mean))) / mean, 0.97, 1.03);
    }

    [Fact]
    public void Draw_All_AreInOrderAndInTheirSteps()
    {
        TimeSpan before = TimeSpan.Zero;
        foreach (Arrival arrival in Arrivals.Draw(Plan, Capacity, seed: 2))
        {
            Step step = Plan.Steps[arrival.Step];
            Assert.True(arrival.At >= before && arrival.At >= step.Start && arrival.At < step.End);
            Assert.Equal(arrival.At >= step.Settled, arrival.IsMeasured);
            before = arrival.At;
        }
    }
}
