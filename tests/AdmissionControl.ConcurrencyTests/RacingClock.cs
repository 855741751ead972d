using AdmissionControl.Timing;

namespace AdmissionControl.ConcurrencyTests;

/// <summary>A precise clock that all racers may move on.</summary>
internal sealed class RacingClock : AdmissionClock
{
    private long _now = NanosecondsPerSecond;

    public override long CoarseTick => 0;

    public override long Coarse => Precise;

    public override long Precise => Volatile.Read(ref _now);

    public override long FromTimestamp(long timestamp) => timestamp;

    public void Advance(long nanoseconds) => Interlocked.Add(ref _now, nanoseconds);
}
