using AdmissionControl.Hosting;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>The witness's probe: whoever reads it while it ticks is told the age of an item that is there.</summary>
internal static class PoolProbeScenarios
{
    public static IEnumerable<Scenario> All { get; } =
    [
        new("probe: a reading meets the ticks", ReadingMeetsTheTicks, Preemptions: 3),
    ];

    private static Play ReadingMeetsTheTicks()
    {
        var time = new MovingTime();
        var probe = new PoolProbe(time, new PoolActivity(static () => (0, 1)), static _ => { });
        void Tick()
        {
            time.Advance();
            probe.Tick();
        }

        void Read()
        {
            TimeSpan delay = probe.Delay ?? TimeSpan.Zero;
            Must.Hold(delay >= TimeSpan.Zero && delay <= 2 * MovingTime.Step, $"A delay of {delay}.");
        }

        return new(
            () =>
            {
                Tick();
                Tick();
                Tick();
            },
            Read,
            Read)
        {
            AtEnd = () => Must.Equal(2 * MovingTime.Step, probe.Delay, "age of the item"),
        };
    }

    /// <summary>A provider whose time a thread of the scenario moves.</summary>
    private sealed class MovingTime : TimeProvider
    {
        public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Advance() => Volatile.Write(ref _now, _now + Step.Ticks);
    }
}
