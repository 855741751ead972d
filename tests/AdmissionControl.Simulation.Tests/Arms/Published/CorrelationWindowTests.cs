using AdmissionControl.Simulation.Arms.Published;

namespace AdmissionControl.Simulation.Tests.Arms.Published;

// The table of failsafe-go/failsafe-go, internal/util/windows_test.go: TestCorrelationWindow and TestRollingSum.
public class CorrelationWindowTests
{
    [Theory]
    [InlineData(new[] { 1.0 }, new[] { 2.0 }, 0)]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 10.0, 20, 30 }, 1)]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 30.0, 20, 10 }, -1)]
    [InlineData(new[] { 100.0, 100.1, 100.05 }, new[] { 200.0, 200.1, 200.05 }, 0)]
    [InlineData(new[] { 1.0, 2, 3, 4, 5 }, new[] { 10.0, 20, 30, 40, 50 }, 1)]
    [InlineData(new[] { 1.0, 100, 2, 3, 4 }, new[] { 9.0, 1, 20, 30, 40 }, 1)]
    public void Add_Pairs_PublishedCorrelation(double[] x, double[] y, double expected) =>
        Assert.Equal(expected, AddAll(new CorrelationWindow(3, warmup: 0), x, y).Correlation, 0.0001);

    [Theory]
    [InlineData(new[] { 5.0, 10 }, 0.3333)]
    [InlineData(new[] { 5.0, 10, 15, 20 }, 0.2722)]
    [InlineData(new[] { 10.0, 10, 10 }, 0)]
    [InlineData(new[] { 10.0, 20, 30 }, 0.4082)]
    public void Add_Values_PublishedVariation(double[] y, double expected) =>
        Assert.Equal(expected, AddAll(new CorrelationWindow(3, warmup: 0), [.. y.Select((_, index) => index + 1.0)], y).Variation, 0.0001);

    [Fact]
    public void Add_BelowWarmup_NothingIsSaid()
    {
        var window = new CorrelationWindow(50, warmup: 10);

        for (int value = 1; value < 10; value++)
        {
            Assert.Equal((0, 0), window.Add(value, value));
        }

        Assert.Equal(1, window.Add(10, 10).Correlation, 9);
    }

    private static (double Correlation, double Variation) AddAll(CorrelationWindow window, double[] x, double[] y)
    {
        (double, double) last = default;
        foreach ((double first, double second) in x.Zip(y))
        {
            last = window.Add(first, second);
        }

        return last;
    }
}
