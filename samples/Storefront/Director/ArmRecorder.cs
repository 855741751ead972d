using Storefront.LoadBalancer;
using Storefront.Measuring;
using Storefront.Reporting;
using Storefront.Wire;

namespace Storefront.Director;

/// <summary>Turns what the processes of one arm say into samples and, at the end, a report. Safe for concurrent use.</summary>
internal sealed class ArmRecorder(string arm, StallWatch stalls, TimeProvider clock, Action<Sample> onSample)
{
    private static readonly SopFigures NothingYet = new(0, 0, 0, 0, Dark: false, 0, 0);

    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();
    private readonly List<PhaseWitness> _phases = [new(Phases.Capacity, NothingYet, TimeSpan.Zero)];
    private readonly PingLedger _interval = new();
    private SopFigures _sop = NothingYet;
    private ShopFigures? _shop;
    private AdmissionFigures? _admissionAtFloodEnd;
    private double _worstTimerDelayMs;
    private TimeSpan _sopAt;
    private double _sopServedPerSecond;

    public TaskCompletionSource<CapacityMeasured> Capacity { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<PhasesPlayed> Played { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Read at the turn of phases and for samples.</summary>
    public required Func<(bool InRotation, TimeSpan Out)> Rotation { get; init; }

    public PingLedger PingsNow
    {
        get
        {
            lock (_lock)
            {
                return _phases[^1].Pings;
            }
        }
    }

    public void Record(PingLedger ledger, Ping ping)
    {
        ledger.Record(ping);
        _interval.Record(ping);
    }

    public void Record(Line line)
    {
        switch (line)
        {
            case CapacityMeasured capacity:
                Capacity.TrySetResult(capacity);
                break;
            case PhasesPlayed played:
                TurnTo(next: null);
                Played.TrySetResult(played);
                break;
            case PhaseStarted started:
                TurnTo(started.Name);
                break;
            case SopFigures sop:
                Record(sop);
                break;
            case ShopFigures shop:
                lock (_lock)
                {
                    _shop = shop;
                    _worstTimerDelayMs = Math.Max(_worstTimerDelayMs, shop.WorstStallMs);
                }

                break;
            case CrowdFigures crowd:
                onSample(Sample(crowd));
                break;
        }
    }

    public ArmReport Report(bool control, CapacityMeasured capacity, PhasesPlayed played)
    {
        lock (_lock)
        {
            return new ArmReport(
                arm,
                control,
                capacity.PerSecond,
                capacity.Steps,
                [.. played.Phases.Select(figures => _phases.Single(p => p.Name == figures.Phase.Name).Report(figures))],
                new ShopReport(_shop?.GcPauseMs ?? 0, _worstTimerDelayMs, _admissionAtFloodEnd));
        }
    }

    private void TurnTo(string? next)
    {
        (_, TimeSpan outOfRotation) = Rotation();
        lock (_lock)
        {
            PhaseWitness ending = _phases[^1];
            ending.Close(_sop, outOfRotation, stalls.Take());
            _admissionAtFloodEnd = ending.Name == Phases.Flood ? _shop?.Admission : _admissionAtFloodEnd;
            if (next is not null)
            {
                _phases.Add(new PhaseWitness(next, _sop, outOfRotation));
            }
        }
    }

    private void Record(SopFigures sop)
    {
        lock (_lock)
        {
            // Over the time between SOP's own reports: those of the crowd come at other moments.
            TimeSpan now = clock.GetElapsedTime(_origin);
            _sopServedPerSecond = (sop.Served - _sop.Served) / (now - _sopAt).TotalSeconds;
            (_sop, _sopAt) = (sop, now);
        }
    }

    private Sample Sample(CrowdFigures crowd)
    {
        (bool inRotation, _) = Rotation();
        lock (_lock)
        {
            double at = clock.GetElapsedTime(_origin).TotalSeconds;
            return new Sample(arm, at, _phases[^1].Name, crowd, _interval.Take(reset: true), inRotation, _sopServedPerSecond, _sop, _shop);
        }
    }
}
