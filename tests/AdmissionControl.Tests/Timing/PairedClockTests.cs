using AdmissionControl.Timing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Timing;

public class PairedClockTests
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000 * Millisecond;

    /// <summary>
    /// Whatever the step and phase of the coarse clock, however time passes between readings and in the middle of an observation: no two errors differ by a tick, and none is one.
    /// </summary>
    [Property(MaxTest = 300)]
    public Property CoarseAndPrecise_AnyStory_KeepTheContract() => Prop.ForAll(
        (from step in Gen.Choose(1, 17)
         from phase in Gen.Choose(0, 16_999_999)
         from seed in Gen.Choose(0, int.MaxValue)
         select (step, phase, seed)).ToArbitrary(),
        story =>
        {
            var random = new Random(story.seed);
            var time = new TwoClocks { Step = story.step * Millisecond, Phase = story.phase, Now = random.NextInt64(Second * 1000) };
            var clock = Build(time, story.step + 1);
            long least = 0, most = 0;
            for (int i = 0; i < 2_000; i++)
            {
                time.Now += random.NextInt64(random.Next(10) == 0 ? 2 * Second : 3 * Millisecond);
                time.PassesAtEachReading = random.Next(20) == 0 ? random.NextInt64(100 * Millisecond) : 0;
                long before = time.Now;
                long precise = clock.Precise;
                Assert.InRange(precise, before + TwoClocks.Start, time.Now + TwoClocks.Start);
                time.PassesAtEachReading = 0;
                long error = clock.Coarse - (time.Now + TwoClocks.Start);
                (least, most) = (Math.Min(least, error), Math.Max(most, error));
            }

            Assert.True(most - least < clock.CoarseTick, $"errors from {least} to {most}");
        });

    /// <summary>The machine slept, and only the precise clock counted it: the coarse reading follows within the resync interval, without anybody asking for the precise one.</summary>
    [Fact]
    public void Coarse_AfterASleepThatOnlyThePreciseClockCounts_FollowsWithinTheInterval()
    {
        var time = new TwoClocks { Step = 4 * Millisecond };
        var clock = Build(time, 5);
        Pass(time, clock, 5 * Second);
        time.Asleep += 3600 * Second;
        Pass(time, clock, PairedClock<Readings>.ResyncInterval + Second / 2);
        Assert.InRange(clock.Coarse - (time.Now + time.Asleep + TwoClocks.Start), -clock.CoarseTick, clock.CoarseTick);
    }

    /// <summary>The other way round: the coarse clock counted sleep that the precise one did not. A smaller distance is believed at once.</summary>
    [Fact]
    public void Coarse_AfterASleepThatOnlyTheCoarseClockCounts_FollowsWithTheNextObservation()
    {
        var time = new TwoClocks { Step = 4 * Millisecond };
        var clock = Build(time, 5);
        Pass(time, clock, 5 * Second);
        time.CoarseAhead += 3600 * Second;
        Pass(time, clock, 10 * Millisecond);
        Assert.InRange(clock.Coarse - (time.Now + TwoClocks.Start), -clock.CoarseTick, clock.CoarseTick);
    }

    /// <summary>A thread that is preempted between its two readings for longer than a tick does not move the clock.</summary>
    [Fact]
    public void Precise_PreemptedWhileItObserves_IsNotBelieved()
    {
        var time = new TwoClocks { Step = 4 * Millisecond };
        var clock = Build(time, 5);
        Pass(time, clock, 5 * Second);
        time.PassesAtEachReading = 50 * Millisecond;
        for (int i = 0; i < 200; i++)
        {
            time.Now += 255;
            _ = clock.Precise;
        }

        time.PassesAtEachReading = 0;
        Assert.InRange(clock.Coarse - (time.Now + TwoClocks.Start), -clock.CoarseTick, clock.CoarseTick);
    }

    private static PairedClock<Readings> Build(TwoClocks time, int stepMilliseconds) => new(new Readings(time), stepMilliseconds);

    private static void Pass(TwoClocks time, PairedClock<Readings> clock, long nanoseconds)
    {
        for (long end = time.Now + nanoseconds; time.Now < end; time.Now += Millisecond)
        {
            _ = clock.Coarse;
        }
    }

    /// <summary>A true time, and what two clocks of a machine make of it.</summary>
    internal sealed class TwoClocks
    {
        public const long Start = Second;

        public long Now { get; set; }

        public long Step { get; init; }

        public long Phase { get; init; }

        public long Asleep { get; set; }

        public long CoarseAhead { get; set; }

        /// <summary>What a preempted thread loses after each reading.</summary>
        public long PassesAtEachReading { get; set; }

        public long ReadCoarse()
        {
            long seen = (Now + CoarseAhead - Phase) / Step * Step;
            Now += PassesAtEachReading;
            return seen / Millisecond;
        }

        public long ReadPrecise()
        {
            long seen = Now + Asleep;
            Now += PassesAtEachReading;
            return seen;
        }
    }

    internal readonly struct Readings(TwoClocks clocks) : IClockReadings
    {
        public long CoarseMilliseconds => clocks.ReadCoarse();

        public long PreciseNanoseconds => clocks.ReadPrecise();
    }
}
