using AdmissionControl.Simulation.Arms.Published;
using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Tests.Arms.Published;

// Netflix publishes no test with numbers of this limit; these steps are its formula by hand, and PilotTableTests compares a run with the pilot study.
public class GradientArmTests
{
    private long _now;

    [Theory]
    [InlineData(100, 40, 92)]
    [InlineData(100, 20, 110)]
    [InlineData(20, 10, 24)]
    public void Learn_Window_ByTheFormula(int initial, double milliseconds, double expected)
    {
        GradientArm arm = Build(initial, leastMilliseconds: 10);

        Window(arm, milliseconds, initial);

        Assert.Equal(expected, arm.Limit, 9);
    }

    [Fact]
    public void Learn_OverloadedWindow_ATenthLessSmoothed()
    {
        GradientArm arm = Build(100, leastMilliseconds: 10);

        Window(arm, 10, 100, AdmissionOutcome.Overloaded);

        Assert.Equal(98, arm.Limit, 9);
    }

    [Fact]
    public void Learn_LessThanHalfUsed_LimitStays()
    {
        GradientArm arm = Build(100, leastMilliseconds: 10);

        Window(arm, 10, 49);

        Assert.Equal(100, arm.Limit);
    }

    [Fact]
    public void Learn_TooFewOrTooShortSamples_LimitStays()
    {
        GradientArm arm = Build(100, leastMilliseconds: 10);
        for (int window = 0; window < 5; window++)
        {
            _now += 2 * VirtualTime.Second;
            for (int sample = 0; sample < 8; sample++)
            {
                arm.Sample(_now - VirtualTime.Second, 10, 100);
                arm.Sample(_now - VirtualTime.Second, 0.05, 100);
            }

            arm.Sample(_now, 10, 100);
        }

        Assert.Equal(100, arm.Limit);
    }

    [Fact]
    public void Learn_TwoThousandWindows_OneProbeDropsTheLimitToItsQueue()
    {
        GradientArm arm = Build(1000, leastMilliseconds: 10);
        int drops = 0;
        for (int window = 0; window < 2000; window++)
        {
            double before = arm.Limit;
            Window(arm, 10, 1000);
            drops += arm.Limit < before ? 1 : 0;
            Assert.True(arm.Limit >= before || arm.Limit == 31, $"{before} to {arm.Limit}");
        }

        Assert.Equal(1, drops);
    }

    private GradientArm Build(int initial, double leastMilliseconds)
    {
        var arm = new GradientArm(initial, Draws.Of(1, Draws.Arms));

        // The least latency is known before anything moves, because too little is in flight.
        arm.Sample(1, leastMilliseconds, 1);
        Window(arm, leastMilliseconds, 1);
        Assert.Equal(initial, arm.Limit);
        return arm;
    }

    private void Window(GradientArm arm, double milliseconds, int inFlight, AdmissionOutcome outcome = AdmissionOutcome.Success)
    {
        for (int sample = 0; sample < 9; sample++)
        {
            arm.Sample(_now + (VirtualTime.Second / 2), milliseconds, inFlight);
        }

        _now += 2 * VirtualTime.Second;
        arm.Sample(_now, milliseconds, inFlight, outcome);
    }
}
