using AdmissionControl.Timing;

namespace AdmissionControl.Simulation.Engine;

/// <summary>Virtual time as the clock of the shipped code, without a tick: coarse and precise readings agree.</summary>
internal sealed class VirtualClock(VirtualTime time) : AdmissionClock
{
    public override TimeProvider TimeProvider => time;

    public override long CoarseTick => 0;

    public override long Coarse => Start + time.Now;

    public override long Precise => Start + time.Now;

    public override long FromTimestamp(long timestamp) => Start + timestamp;
}
