using AdmissionControl.Hosting;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Hosting;

public class DelayHistoryProperties
{
    private const int Seconds = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public enum Act
    {
        Tick,
        IdleTick,
        Run,
        Withdraw,
    }

    private static Arbitrary<(Act Act, int Milliseconds)[]> Stories =>
        (from act in Gen.Frequency(
            (6, Gen.Constant(Act.Tick)), (1, Gen.Constant(Act.IdleTick)), (4, Gen.Constant(Act.Run)), (1, Gen.Constant(Act.Withdraw)))
         from milliseconds in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 60), Gen.Choose(0, 10 * Seconds))
         select (act, milliseconds)).ListOf(80).Select(l => l.ToArray()).ToArbitrary();

    private static Arbitrary<int[]> Delays => Gen.Choose(0, 45).ListOf(40).Select(l => l.ToArray()).ToArbitrary();

    private static Arbitrary<bool> Either => ArbMap.Default.ArbFor<bool>();

    private static Arbitrary<int> Pauses => Gen.Choose(0, 100_000 * Seconds).ToArbitrary();

    [Property(MaxTest = 2000)]
    public Property AnyStory_EqualsTheModel() => Prop.ForAll(Stories, story =>
    {
        var history = new DelayHistory();
        var model = new DelayHistoryModel(DelayHistory.Length);
        TimeSpan now = TimeSpan.FromDays(1);
        foreach ((Act act, int milliseconds) in story)
        {
            switch (act)
            {
                case Act.Tick or Act.IdleTick:
                    Assert.Equal(model.TryPost(now, act == Act.IdleTick), history.TryPost(now, act == Act.IdleTick));
                    break;
                case Act.Run:
                    model.Ran(now);
                    history.Ran(now);
                    break;
                default:
                    model.Withdraw();
                    history.Withdraw();
                    break;
            }

            now += TimeSpan.FromMilliseconds(milliseconds);
            Assert.Equal(model.MedianAt(now), history.MedianAt(now));

            // Reading changes nothing.
            Assert.Equal(model.MedianAt(now), history.MedianAt(now));
        }
    });

    /// <summary>While every item runs before the next tick it is the plain median of the last.</summary>
    [Property(MaxTest = 500)]
    public Property EveryItemRunsInTime_IsTheMedianOfTheLast() => Prop.ForAll(Delays, delays =>
    {
        var history = new DelayHistory();
        TimeSpan now = TimeSpan.Zero;
        foreach (int delay in delays)
        {
            now = Answer(history, now, TimeSpan.FromMilliseconds(delay));
        }

        int[] last = [.. delays.TakeLast(DelayHistory.Length).Order()];
        Assert.Equal(last.Length == 0 ? null : TimeSpan.FromMilliseconds(last[(last.Length - 1) / 2]), history.MedianAt(now));
    });

    /// <summary>
    /// A pause of the process stops the ticks: one item counts once or twice, and no reading, then or later, is longer than the other
    /// delays.
    /// </summary>
    [Property(MaxTest = 500)]
    public Property Pause_OfAnyLength_IsNotSeen() => Prop.ForAll(Delays, Pauses, Either, (delays, pause, isTickFirst) =>
    {
        var history = new DelayHistory();
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < DelayHistory.Length; i++)
        {
            now = Answer(history, now, TimeSpan.FromMilliseconds(45));
        }

        Assert.True(history.TryPost(now, isIdle: false));
        now += TimeSpan.FromMilliseconds(pause);
        if (isTickFirst)
        {
            history.TryPost(now, isIdle: false);
        }

        AssertNotSeen();
        history.Ran(now);
        foreach (int delay in delays)
        {
            AssertNotSeen();
            now = Answer(history, now, TimeSpan.FromMilliseconds(delay));
        }

        AssertNotSeen();
        void AssertNotSeen() => Assert.InRange(history.MedianAt(now)!.Value, TimeSpan.Zero, TimeSpan.FromMilliseconds(45));
    });

    /// <summary>A pool that stops shows while it is stopped: after half a history of ticks, whatever went before.</summary>
    [Property(MaxTest = 500)]
    public Property StuckPool_HalfAHistoryOfTicks_ShowsItsAge() => Prop.ForAll(Delays, delays =>
    {
        var history = new DelayHistory();
        TimeSpan now = TimeSpan.Zero;
        foreach (int delay in delays)
        {
            now = Answer(history, now, TimeSpan.FromMilliseconds(delay));
        }

        TimeSpan postedAt = now;
        Assert.True(history.TryPost(now, isIdle: false));
        for (int tick = 1; tick <= 3 * DelayHistory.Length; tick++)
        {
            now += Interval;
            Assert.False(history.TryPost(now, isIdle: false));
            if (tick > DelayHistory.Length / 2)
            {
                Assert.Equal(now - postedAt, history.MedianAt(now));
            }
        }
    });

    /// <summary>One tick, whose item runs after a delay; then the time of the next.</summary>
    private static TimeSpan Answer(DelayHistory history, TimeSpan now, TimeSpan delay)
    {
        Assert.True(history.TryPost(now, isIdle: false));
        history.Ran(now + delay);
        return now + Interval;
    }
}
