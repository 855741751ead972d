using AdmissionControl.Timing;

namespace AdmissionControl.Tests.Timing;

public class SystemClockTests
{
    [Fact]
    public void CoarseAndPrecise_AtTheSameInstant_DifferByLessThanATick()
    {
        SystemClock clock = SystemClock.Instance;
        int judged = 0;
        for (int i = 0; i < 200_000; i++)
        {
            // The thread may be preempted between the readings: only those are judged that two precise readings enclose tightly.
            long before = clock.Precise;
            long coarse = clock.Coarse;
            long after = clock.Precise;
            Assert.True(after >= before, "The precise clock went back.");
            if (after - before < 100_000)
            {
                judged++;
                Assert.InRange(coarse, after - clock.CoarseTick, before + clock.CoarseTick);
            }
        }

        Assert.True(judged > 1000);
    }

    [Fact]
    public void FromTimestamp_NowAndExtremes_AreOnTheSameLine()
    {
        SystemClock clock = SystemClock.Instance;
        long before = clock.Precise;
        long between = clock.FromTimestamp(TimeProvider.System.GetTimestamp());
        Assert.InRange(between, before, clock.Precise);
        Assert.True(clock.FromTimestamp(long.MaxValue) > between + (AdmissionClock.Horizon / 2));
        Assert.True(clock.FromTimestamp(long.MinValue) < between);
    }
}
