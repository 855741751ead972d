using AdmissionControl.Timing;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>A clock that only the scenario moves. Reading it is a step while it may move, and none while it stands still.</summary>
/// <param name="mayMove">Whether a thread of the scenario moves it.</param>
/// <param name="coarseTick">The tick of the contract.</param>
/// <param name="lag">How far the coarse reading lies behind.</param>
internal sealed class StillClock(bool mayMove = false, long coarseTick = 0, long lag = 0) : AdmissionClock
{
    private readonly StillTime _timeProvider = new();
    private long _now = 100 * NanosecondsPerSecond;

    public override TimeProvider TimeProvider => _timeProvider;

    public override long CoarseTick => coarseTick;

    public override long Coarse => Precise - lag;

    public override long Precise => mayMove ? Volatile.Read(ref _now) : _now;

    public override long FromTimestamp(long timestamp) => timestamp;

    public void Advance(TimeSpan time) => Volatile.Write(ref _now, _now + (time.Ticks * 100));
}
