using AdmissionControl.Simulation.Arms.Published;
using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Tests.Arms.Published;

// The stories of envoyproxy/envoy, test/extensions/filters/http/adaptive_concurrency/controller/gradient_controller_test.cc. That test often asks only that a
// limit grows; where the formula gives the number, it stands here.
public class EnvoyArmTests
{
    private const double Microseconds = 1000;

    private long _now = 42 * 3600 * VirtualTime.Second;

    // MinRTTLogicTest.
    [Fact]
    public void TryAdmit_WhileMeasuring_NoMoreThanTheLeast()
    {
        EnvoyArm arm = Build(new EnvoySettings { MeasureInterval = 30 * VirtualTime.Second, Jitter = 0, MinConcurrency = 7 });
        Assert.True(arm.IsMeasuring);
        for (int request = 0; request < 7; request++)
        {
            Assert.True(arm.TryAdmit(_now));
        }

        Assert.False(arm.TryAdmit(_now));
        Assert.False(arm.TryAdmit(_now));
        for (int request = 0; request < 7; request++)
        {
            arm.End(_now, 13);
        }

        for (int request = 0; request < 43; request++)
        {
            Assert.Equal(7, arm.Limit);
            arm.Sample(_now, 13);
        }

        Assert.False(arm.IsMeasuring);
        Assert.Equal(13 * Microseconds, arm.LeastLatency);
    }

    // CancelLatencySample: 1 to 5 ms have the median 3 ms.
    [Fact]
    public void Learn_FiveSamples_TheirMedian()
    {
        EnvoyArm arm = Build(new EnvoySettings { RequestCount = 5 });
        for (int milliseconds = 1; milliseconds <= 5; milliseconds++)
        {
            arm.Sample(_now, milliseconds);
        }

        Assert.Equal(3 * Microseconds, arm.LeastLatency);
    }

    // SamplePercentileProcessTest: a cancelled request gives its permit back and is no sample.
    [Fact]
    public void Learn_Cancelled_NoSample()
    {
        EnvoyArm arm = Build(new EnvoySettings { RequestCount = 1 });
        arm.Sample(_now, 5, outcome: AdmissionOutcome.Ignored);

        Assert.True(arm.IsMeasuring);
        Assert.Equal(0, arm.InFlight);
    }

    // MinRTTBufferTest: with a buffer of 50%, 6 ms against a least of 5 ms let the limit grow each time.
    [Fact]
    public void Update_WithinTheBuffer_Grows()
    {
        EnvoyArm arm = BuildMeasured(new EnvoySettings { RequestCount = 5, Buffer = 0.5 });

        // g = 1.25: 3 to floor(3.75 + 1.94), and so on.
        foreach (int expected in new[] { 5, 8, 13 })
        {
            Update(arm, 6);
            Assert.Equal(expected, arm.Limit);
        }
    }

    // ConcurrencyLimitBehaviorTestBasic: grows at most twofold and the root of it, falls to no less than half, and never below the least.
    [Fact]
    public void Update_FastThenSlow_GrowsThenShrinks()
    {
        EnvoyArm arm = BuildMeasured(new EnvoySettings { RequestCount = 5, Buffer = 0.1, MinConcurrency = 7 });
        for (int update = 0; update < 10; update++)
        {
            double last = arm.Limit;
            Update(arm, 4);
            Assert.True(arm.Limit > last);
            Assert.True(arm.Limit <= (2 * last) + Math.Sqrt(2 * last));
        }

        for (int update = 0; update < 10; update++)
        {
            double last = arm.Limit;
            Update(arm, 6);
            Assert.True(arm.Limit < last);
            Assert.True(arm.Limit >= Math.Max(7, last / 2));
        }
    }

    // MinRTTEpoch.
    [Fact]
    public void Learn_RequestsOfBeforeTheMeasurement_Disregarded()
    {
        EnvoyArm arm = BuildMeasured(new EnvoySettings
        {
            MeasureInterval = 30 * VirtualTime.Second,
            Jitter = 0,
            RequestCount = 25,
            MinConcurrency = 2,
            Buffer = 0,
        });
        for (int second = 0; second < 29; second++)
        {
            double last = arm.Limit;
            arm.Sample(_now, 5);
            Advance(VirtualTime.Second);
            arm.RunTimers(_now);
            Assert.True(arm.Limit > last);
        }

        int outstanding = 0;
        for (; outstanding < arm.Limit; outstanding++)
        {
            Assert.True(arm.TryAdmit(_now));
        }

        Advance(5 * VirtualTime.Second);
        arm.RunTimers(_now);
        Assert.True(arm.IsMeasuring);
        Assert.Equal(2, arm.Limit);
        Assert.True(outstanding > 25);
        for (int request = 0; request < outstanding; request++)
        {
            arm.End(_now, 5 * 60_000);
        }

        Assert.True(arm.IsMeasuring);
    }

    // MinRTTReturnToPreviousLimit and MinRTTRescheduleTest.
    [Fact]
    public void Measurement_Over_LimitIsAsBefore()
    {
        EnvoyArm arm = BuildMeasured(new EnvoySettings { MeasureInterval = 30 * VirtualTime.Second, Jitter = 0, RequestCount = 5 });
        for (int update = 0; update < 5; update++)
        {
            Update(arm, 4);
        }

        double before = arm.Limit;
        Assert.True(before > 3);
        Advance(31 * VirtualTime.Second);
        arm.RunTimers(_now);
        Assert.Equal(3, arm.Limit);
        Advance(VirtualTime.Second);
        for (int request = 0; request < 5; request++)
        {
            Assert.Equal(3, arm.Limit);
            arm.Sample(_now, 13);
        }

        Assert.Equal(before, arm.Limit);
        Assert.Equal(13 * Microseconds, arm.LeastLatency);
    }

    // NoSamplesTest.
    [Fact]
    public void Update_NoSamples_LimitStays()
    {
        EnvoyArm arm = BuildMeasured(new EnvoySettings { RequestCount = 5 });
        Update(arm, 4);
        double limit = arm.Limit;
        for (int update = 0; update < 5; update++)
        {
            Advance(VirtualTime.Second / 10);
            arm.RunTimers(_now);
            Assert.Equal(limit, arm.Limit);
        }
    }

    // TimerAccuracyTest: the jitter only ever adds, and no more than its share.
    [Theory]
    [InlineData(0.1)]
    [InlineData(0)]
    public void Measurement_Next_WithinTheJitter(double jitter)
    {
        var intervals = new List<double>();
        for (int seed = 0; seed < 50; seed++)
        {
            EnvoyArm arm = BuildMeasured(new EnvoySettings { MeasureInterval = 100 * VirtualTime.Second, Jitter = jitter, RequestCount = 5 }, seed);
            long start = _now;
            while (!arm.IsMeasuring)
            {
                Advance(VirtualTime.Second / 100);
                arm.RunTimers(_now);
            }

            intervals.Add((double)(_now - start) / VirtualTime.Second);
        }

        Assert.InRange(intervals.Min(), 100, 100 + (20 * jitter));
        Assert.InRange(intervals.Max(), 100 + (80 * jitter), 100.011 + (100 * jitter));
    }

    // ConsecutiveMinConcurrencyReset: after five steps at the least, it measures anew, and grows again with what was too slow before.
    [Fact]
    public void Update_FiveTimesAtTheLeast_MeasuresAgain()
    {
        EnvoyArm arm = BuildMeasured(new EnvoySettings { MeasureInterval = 3600 * VirtualTime.Second, RequestCount = 5, Buffer = 0, MinConcurrency = 7 });
        for (int update = 0; update < 5; update++)
        {
            Assert.False(arm.IsMeasuring);
            Update(arm, 10);
            Assert.Equal(7, arm.Limit);
        }

        Assert.True(arm.IsMeasuring);
        for (int request = 0; request < 5; request++)
        {
            arm.Sample(_now + (10 * ArmSamples.Millisecond), 10);
        }

        Assert.Equal(10 * Microseconds, arm.LeastLatency);
        Advance(10 * ArmSamples.Millisecond);
        Update(arm, 10);
        Assert.Equal(9, arm.Limit);
    }

    [Fact]
    public void Measurement_First_EndsAtTheScenariosLimit()
    {
        var arm = new EnvoyArm(new EnvoySettings { RequestCount = 1 }, 40, Draws.Of(1, Draws.Arms));
        Assert.Equal(3, arm.Limit);

        arm.Sample(ArmSamples.Millisecond, 1);

        Assert.Equal(40, arm.Limit);
    }

    private static EnvoyArm Build(EnvoySettings settings, int seed = 1) => new(settings, settings.MinConcurrency, Draws.Of(seed, Draws.Arms));

    private EnvoyArm BuildMeasured(EnvoySettings settings, int seed = 1)
    {
        EnvoyArm arm = Build(settings, seed);
        for (int request = 0; request < settings.RequestCount; request++)
        {
            arm.Sample(_now, 5);
        }

        Assert.False(arm.IsMeasuring);
        Assert.Equal(5 * Microseconds, arm.LeastLatency);
        return arm;
    }

    private void Update(EnvoyArm arm, double milliseconds)
    {
        for (int sample = 0; sample < 5; sample++)
        {
            arm.Sample(_now, milliseconds);
        }

        Advance(VirtualTime.Second / 10);
        arm.RunTimers(_now);
    }

    private void Advance(long nanoseconds) => _now += nanoseconds;
}
