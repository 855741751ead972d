namespace AdmissionControl.Timing;

/// <summary>The precise clock of any <see cref="TimeProvider"/>.</summary>
internal sealed class ProviderClock(TimeProvider timeProvider) : AdmissionClock
{
    private readonly long _frequency = timeProvider.TimestampFrequency;
    private readonly long _origin = timeProvider.GetTimestamp();

    public override TimeProvider TimeProvider => timeProvider;

    public override long CoarseTick => 0;

    public override long Coarse => Precise;

    public override long Precise => FromTimestamp(timeProvider.GetTimestamp());

    public override long FromTimestamp(long timestamp) => Start + ToNanoseconds(_origin, timestamp, _frequency);
}
