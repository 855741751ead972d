using AdmissionControl.Simulation.Arms.Published;
using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Tests.Arms.Published;

// The numbers of failsafe-go/failsafe-go, adaptivelimiter/adaptivelimiter_test.go, TestAdaptiveLimiter_record. There a window holds one sample; here it holds the
// 50 of the defaults, all alike, which has the same percentile.
public sealed class FailsafeArmTests : IDisposable
{
    private readonly FailsafeArm _arm;
    private long _now;

    public FailsafeArmTests()
    {
        var baseline = new MovingAverage(FailsafeArm.BaselineAge);
        for (int value = 0; value < 10; value++)
        {
            baseline.Add(VirtualTime.Second);
        }

        _arm = new FailsafeArm(20, baseline);
    }

    [Fact]
    public void Learn_RisingAndFalling_SmoothedAndFiltered()
    {
        foreach (double milliseconds in new double[] { 100, 300, 200, 200, 250 })
        {
            Window(milliseconds, 10);
        }

        Assert.Equal(200 * ArmSamples.Millisecond, _arm.RecentLatency, 0.001);
    }

    [Theory]
    [InlineData(1000, 500, 5, 21, 22)]
    [InlineData(2000, 2000, 10, 19, 18)]
    [InlineData(1300, 1300, 10, 20, 20)]
    public void Learn_PublishedWindows_PublishedLimits(double first, double second, int inFlight, int afterFirst, int afterSecond)
    {
        Window(first, inFlight);
        Assert.Equal(afterFirst, _arm.Limit);

        Window(second, inFlight);
        Assert.Equal(afterSecond, _arm.Limit);
    }

    // The rules of computeChange, each where it alone decides.
    [Theory]
    [InlineData(7, false, 1, 1, 0, -1)]
    [InlineData(6, false, 1, 1, 0, 0)]
    [InlineData(3, false, 1, 1, 0, 0)]
    [InlineData(2, false, 1, 1, 0, 1)]
    [InlineData(2, true, -0.1, 1, 0, -1)]
    [InlineData(2, false, -0.1, 1, 0, 1)]
    [InlineData(2, true, 0.2, 1, 0.6, -1)]
    [InlineData(2, true, 0.3, 1, 0.6, 1)]
    [InlineData(2, true, 0.2, 1, 0.5, 1)]
    [InlineData(2, true, 1, 0.1, 0.6, -1)]
    [InlineData(2, true, 1, 0.2, 0.6, 1)]
    [InlineData(2, true, 1, 0.1, 0.5, 1)]
    public void Direction_Signals_ByTheRules(double queue, bool isFull, double throughput, double variation, double latency, int expected) =>
        Assert.Equal(expected, FailsafeArm.Direction(queue, step: 1, isFull, throughput, variation, latency));

    [Fact]
    public void Learn_FarMoreThanIsUsed_LimitFalls()
    {
        Window(1000, 3);

        Assert.Equal(19, _arm.Limit);
    }

    [Fact]
    public void Learn_IgnoredOrTooFew_LimitStays()
    {
        for (int sample = 0; sample < 200; sample++)
        {
            _now += VirtualTime.Second;
            _arm.Sample(_now, 1000, 10, AdmissionOutcome.Ignored);
        }

        for (int sample = 0; sample < 49; sample++)
        {
            _now += VirtualTime.Second;
            _arm.Sample(_now, 1000, 10);
        }

        Assert.Equal(20, _arm.Limit);
    }

    public void Dispose() => _arm.Dispose();

    private void Window(double milliseconds, int inFlight)
    {
        for (int sample = 0; sample < 49; sample++)
        {
            _arm.Sample(_now, milliseconds, inFlight);
        }

        // Longer than a window of twice the longest latency used here.
        _now += 5 * VirtualTime.Second;
        _arm.Sample(_now, milliseconds, inFlight);
    }
}
