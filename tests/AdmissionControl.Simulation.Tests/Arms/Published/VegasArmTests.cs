using AdmissionControl.Concurrency;
using AdmissionControl.Simulation.Arms.Published;
using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Tests.Arms.Published;

// The numbers of Netflix/concurrency-limits, limit/VegasLimitTest.java: largeLimitIncrease, increaseLimit, decreaseLimit, noChangeIfWithinThresholds.
public class VegasArmTests
{
    [Theory]
    [InlineData(10_000, 20_000, 10_000, 5000, 10_000, 6000, 10_024)]
    [InlineData(10, 20, 10, 10, 10, 11, 16)]
    [InlineData(10, 20, 10, 10, 50, 11, 9)]
    [InlineData(10, 20, 10, 10, 14, 14, 10)]
    public void Learn_PublishedSamples_PublishedLimits(
        int initial, int max, double first, int firstInFlight, double second, int secondInFlight, int expected)
    {
        var arm = new VegasArm(initial, Draws.Of(1, Draws.Arms), max);

        arm.Sample(0, first, firstInFlight);
        Assert.Equal(initial, arm.Limit);

        arm.Sample(0, second, secondInFlight);
        Assert.Equal(expected, arm.Limit);
    }

    [Fact]
    public void Learn_AnySamples_AsTheShippedRuleUntilTheProbe()
    {
        var random = new Random(5);
        for (int run = 0; run < 50; run++)
        {
            int initial = random.Next(1, 1000);
            var arm = new VegasArm(initial, Draws.Of(run, Draws.Arms));
            ILimitAlgorithm shipped = new VegasLimit(new LimitRange(initial, 1, 1000));

            // A probe comes after 15 L samples at the earliest.
            for (int sample = 0; sample < 14; sample++)
            {
                double milliseconds = random.Next(1, 200);
                int inFlight = random.Next(1, 2 * (int)arm.Limit);
                bool isOverloaded = random.Next(5) == 0;
                arm.Sample(0, milliseconds, inFlight, isOverloaded ? AdmissionOutcome.Overloaded : AdmissionOutcome.Success);
                shipped = shipped.After(new LimitWindow
                {
                    Samples = 1,
                    LatencySamples = 1,
                    Overloaded = isOverloaded ? 1 : 0,
                    MeanLatency = TimeSpan.FromMilliseconds(milliseconds),
                    MaxInFlight = inFlight,
                });
                Assert.Equal(shipped.Limit, arm.Limit);
            }
        }
    }

    [Fact]
    public void Learn_AsManySamplesAsAProbeTakes_LoadedLatencyBecomesTheLeast()
    {
        var arm = new VegasArm(10, Draws.Of(1, Draws.Arms));
        arm.Sample(0, 10, 1);
        for (int sample = 0; sample < 300; sample++)
        {
            // Too few in flight to move the limit, so that the probe's distance stays below 300 samples.
            arm.Sample(0, 100, 1);
        }

        arm.Sample(0, 100, 10);

        // Against the 10 ms of the beginning 100 ms would be a queue of 9, and the limit would fall.
        Assert.Equal(16, arm.Limit);
    }

    [Fact]
    public void Learn_Ignored_NoSample()
    {
        var arm = new VegasArm(10, Draws.Of(1, Draws.Arms));
        arm.Sample(0, 10, 10);
        arm.Sample(0, 10, 10, AdmissionOutcome.Ignored);

        Assert.Equal(10, arm.Limit);
        Assert.Equal(0, arm.InFlight);
    }
}
