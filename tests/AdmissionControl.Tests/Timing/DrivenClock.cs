using AdmissionControl.Timing;

namespace AdmissionControl.Tests.Timing;

/// <summary>A clock whose two readings are driven by the test. The coarse one may run ahead, behind and backwards within the contract.</summary>
internal sealed class DrivenClock(long coarseTick = 0, long now = DrivenClock.FirstReading) : AdmissionClock
{
    /// <summary>The first reading of every real clock, too.</summary>
    public const long FirstReading = NanosecondsPerSecond;

    private readonly long _coarseTick = coarseTick;
    private long _lag;

    /// <summary>The true time.</summary>
    public long Now { get; set; } = now;

    /// <summary>How far the coarse reading lies behind the true time; negative when it runs ahead.</summary>
    public long Lag
    {
        get => _lag;
        set
        {
            Assert.True(value == 0 || Math.Abs(value) < _coarseTick, "The clock's contract: coarse and precise differ by less than one tick.");
            _lag = value;
        }
    }

    public override long CoarseTick => _coarseTick;

    /// <summary>How often each reading was taken.</summary>
    public (int Coarse, int Precise) Readings { get; set; }

    public override long Coarse
    {
        get
        {
            Readings = (Readings.Coarse + 1, Readings.Precise);
            return Now - _lag;
        }
    }

    public override long Precise
    {
        get
        {
            Readings = (Readings.Coarse, Readings.Precise + 1);
            return Now;
        }
    }

    public override long FromTimestamp(long timestamp) => timestamp;

    public void Advance(TimeSpan time) => Now += time.Ticks * 100;
}
