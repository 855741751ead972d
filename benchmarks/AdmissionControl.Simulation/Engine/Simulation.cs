using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Engine;

/// <summary>One run: a scenario, a seed, an arm. Single-threaded, and the same each time.</summary>
internal sealed class Simulation : IDisposable
{
    private const double FastFailure = 0.001;

    private readonly Scenario _scenario;
    private readonly EventQueue _events = new();
    private readonly VirtualTime _time;
    private readonly Plant _plant;
    private readonly Arm _arm;
    private readonly Recorder _recorder;
    private readonly Random _arrivals;
    private readonly Random _bursts;
    private readonly Random _priorities;
    private readonly Random _clients;
    private readonly HostTicks _ticks = new();
    private readonly Stack<Request> _pool = new();
    private readonly long _objective;
    private readonly long _end;
    private int _phaseIndex = -1;
    private Phase _phase;
    private long _phaseStart;
    private double _burst = 1;
    private int _arrivalVersion;
    private long _pausedUntil;
    private double _downstreamTokens;
    private long _downstreamAt;

    public Simulation(Scenario scenario, int seed, Func<ArmContext, Arm> arm, Recorder recorder)
    {
        _scenario = scenario;
        _recorder = recorder;
        _time = new VirtualTime(_events);
        _plant = new Plant(scenario, seed, _time, _events);
        _arrivals = Draws.Of(seed, Draws.Arrivals);
        _bursts = Draws.Of(seed, Draws.Bursts);
        _priorities = Draws.Of(seed, Draws.Priorities);
        _clients = Draws.Of(seed, Draws.Clients);
        _objective = VirtualTime.Nanoseconds(scenario.Objective);
        _end = VirtualTime.Nanoseconds(scenario.Duration);
        _phase = scenario.Phases[0];
        _arm = arm(new ArmContext(scenario, seed, _time, _plant.Host is null ? null : _ticks, _plant.Host));
    }

    public void Run()
    {
        _events.Push(0, EventKind.Phase);
        if (_scenario.Pauses is { } pauses)
        {
            _events.Push(VirtualTime.Nanoseconds(pauses.Every), EventKind.Pause);
        }

        if (_scenario.Bursts is { } bursts)
        {
            _events.Push(NextExponential(_bursts, bursts.MeanOff), EventKind.BurstEdge);
        }

        if (_plant.Host is not null)
        {
            _events.Push(HostTicks.Interval, EventKind.HostTick);
        }

        while (!_events.IsEmpty)
        {
            Event next = _events.Pop();
            if (next.Time >= _end)
            {
                return;
            }

            _time.Now = next.Time;
            if (next.Time < _pausedUntil && WaitsForTheWorld(next))
            {
                _events.Push(_pausedUntil, next.Kind, next.Subject, next.Version);
            }
            else
            {
                Handle(next);
            }
        }
    }

    public void Dispose() => _arm.Dispose();

    private void Handle(in Event next)
    {
        switch (next.Kind)
        {
            case EventKind.Arrival:
                Arrive(next.Version);
                break;
            case EventKind.Retry:
                Offer((Request)next.Subject!);
                break;
            case EventKind.FastFailure:
                End((Request)next.Subject!, AdmissionOutcome.Overloaded);
                break;
            case EventKind.StageDone:
                FinishStage(next);
                break;
            case EventKind.Deadline:
                MissDeadline((Request)next.Subject!, next.Version);
                break;
            case EventKind.Phase:
                EnterPhase();
                break;
            case EventKind.Pause:
                Pause();
                break;
            case EventKind.Resume:
                Resume();
                break;
            case EventKind.HostTick:
                Tick();
                break;
            case EventKind.BurstEdge:
                TurnBurst();
                break;
            case EventKind.Timer:
                ((VirtualTime.VirtualTimer)next.Subject!).Fire(next.Version);
                break;
        }
    }

    /// <summary>While the world stands still, clients send and the weather changes; all else happens when it goes on. Cores put off what they serve by themselves.</summary>
    private bool WaitsForTheWorld(in Event next) => next.Kind switch
    {
        EventKind.Arrival or EventKind.Phase or EventKind.Resume or EventKind.BurstEdge => false,
        EventKind.StageDone => next.Subject is Request request && _plant[request.Stage] is DelayStage,
        _ => true,
    };

    private void EnterPhase()
    {
        _phase = _scenario.Phases[++_phaseIndex];
        _phaseStart = _time.Now;
        _recorder.EnterPhase(_phaseIndex);
        _plant.Enter(_phase);
        if (_phaseIndex + 1 < _scenario.Phases.Count)
        {
            _events.Push(_time.Now + VirtualTime.Nanoseconds(_phase.Duration), EventKind.Phase);
        }

        PlanArrival();
    }

    /// <summary>Plans the next arrival. A Poisson process has no memory, so that a change of its rate may begin it anew.</summary>
    private void PlanArrival()
    {
        _arrivalVersion++;
        double most = Math.Max(_scenario.Arrivals(_phase, 0), _scenario.Arrivals(_phase, _phase.Duration)) * _burst;
        if (most > 0)
        {
            _events.Push(_time.Now + NextExponential(_arrivals, 1 / most), EventKind.Arrival, null, _arrivalVersion);
        }
    }

    private void Arrive(int version)
    {
        if (version != _arrivalVersion)
        {
            return;
        }

        // Where the load moves, arrivals at its highest rate are thinned out.
        double rate = _scenario.Arrivals(_phase, (double)(_time.Now - _phaseStart) / VirtualTime.Second);
        double most = Math.Max(_scenario.Arrivals(_phase, 0), _scenario.Arrivals(_phase, _phase.Duration));
        if (rate >= most || _arrivals.NextDouble() * most < rate)
        {
            Request request = Rent();
            request.Attempt = 0;
            _plant.Draw(request);
            request.Priority = DrawPriority();
            request.ArrivedAt = _time.Now;
            if (_time.Now < _pausedUntil)
            {
                _events.Push(_pausedUntil, EventKind.Retry, request);
            }
            else
            {
                Offer(request);
            }
        }

        PlanArrival();
    }

    private void Offer(Request request)
    {
        _recorder.Offered(_time.Now);
        bool isAdmitted = _arm.TryAdmit(_time.Now, request.Priority, ref request.Admission);
        _recorder.Observe(_time.Now, _arm.Limit, _arm.InFlight);
        if (!isAdmitted)
        {
            _recorder.Refused(_time.Now);
            _plant.AddOverhead(_scenario.RefusalCost);
            TryAgain(request);
            Return(request);
            return;
        }

        request.Admission.AdmittedAt = _time.Now;
        request.Admission.InFlight = _arm.InFlight;
        if (_scenario.Clients.Deadline is { } deadline)
        {
            _events.Push(request.ArrivedAt + VirtualTime.Nanoseconds(deadline), EventKind.Deadline, request, request.Version);
        }

        request.Stage = 0;
        if (_phase.FailsFast || !HasDownstreamToken())
        {
            request.Stage = _plant.StageCount;
            _events.Push(_time.Now + VirtualTime.Nanoseconds(FastFailure), EventKind.FastFailure, request);
            return;
        }

        _plant[0].Enter(request);
    }

    private bool HasDownstreamToken()
    {
        if (_phase.DownstreamRate is not { } rate)
        {
            return true;
        }

        _downstreamTokens = Math.Min(Math.Max(1, rate / 10), _downstreamTokens + ((_time.Now - _downstreamAt) * rate / VirtualTime.Second));
        _downstreamAt = _time.Now;
        if (_downstreamTokens < 1)
        {
            return false;
        }

        _downstreamTokens--;
        return true;
    }

    private void FinishStage(in Event done)
    {
        Request? request;
        if (done.Subject is Stage shared)
        {
            request = shared.Finish(done);
        }
        else
        {
            request = (Request)done.Subject!;
            request = request.Version == done.Version ? _plant[request.Stage].Finish(done) : null;
        }

        if (request is null)
        {
            return;
        }

        if (++request.Stage < _plant.StageCount)
        {
            _plant[request.Stage].Enter(request);
        }
        else
        {
            End(request, AdmissionOutcome.Success);
        }
    }

    private void End(Request request, AdmissionOutcome outcome)
    {
        _arm.Complete(_time.Now, request.Admission, outcome);
        long latency = _time.Now - request.ArrivedAt;
        if (!request.IsAbandoned)
        {
            _recorder.Answered(_time.Now, latency, outcome == AdmissionOutcome.Success && latency <= _objective);
            if (outcome == AdmissionOutcome.Overloaded)
            {
                TryAgain(request);
            }
        }

        Return(request);
    }

    private void MissDeadline(Request request, int version)
    {
        if (request.Version != version)
        {
            return;
        }

        _recorder.Answered(_time.Now, _time.Now - request.ArrivedAt, isGood: false);
        TryAgain(request);
        request.IsAbandoned = true;
        if (_scenario.Clients.Cancels && request.Stage < _plant.StageCount)
        {
            // Its place in a queue may outlive it, so it is not used again.
            request.Version++;
            _plant[request.Stage].Cancel(request);
            _arm.Complete(_time.Now, request.Admission, AdmissionOutcome.Ignored);
        }
    }

    private void TryAgain(Request request)
    {
        if (request.Attempt >= _scenario.Clients.Retries)
        {
            return;
        }

        Request retry = Rent();
        retry.Attempt = request.Attempt + 1;
        retry.Priority = request.Priority;
        _plant.Draw(retry, _clients);
        double wait = _scenario.Clients.Backoff * (1 << request.Attempt) * (0.5 + _clients.NextDouble());
        retry.ArrivedAt = _time.Now + VirtualTime.Nanoseconds(wait);
        _events.Push(retry.ArrivedAt, EventKind.Retry, retry);
    }

    private void Pause()
    {
        Pauses pauses = _scenario.Pauses!;
        _pausedUntil = _time.Now + VirtualTime.Nanoseconds(pauses.Duration);
        for (int index = 0; index < _plant.StageCount; index++)
        {
            _plant[index].Pause(_pausedUntil);
        }

        _events.Push(_pausedUntil, EventKind.Resume);
        _events.Push(_time.Now + VirtualTime.Nanoseconds(pauses.Every), EventKind.Pause);
    }

    private void Resume()
    {
        for (int index = 0; index < _plant.StageCount; index++)
        {
            _plant[index].Resume();
        }
    }

    private void Tick()
    {
        if (_ticks.TryPost(_time.Now))
        {
            _plant.Host!.PostTick(_ticks);
        }

        _events.Push(_time.Now + HostTicks.Interval, EventKind.HostTick);
    }

    private void TurnBurst()
    {
        Bursts bursts = _scenario.Bursts!;
        bool wasOn = _burst != 1;
        _burst = wasOn ? 1 : bursts.Factor;
        _events.Push(_time.Now + NextExponential(_bursts, wasOn ? bursts.MeanOff : bursts.MeanOn), EventKind.BurstEdge);
        PlanArrival();
    }

    private RequestPriority DrawPriority()
    {
        if (_scenario.Priorities is not { } shares)
        {
            return RequestPriority.Normal;
        }

        double draw = _priorities.NextDouble() * shares.Sum();
        int priority = 0;
        while (priority < shares.Count - 1 && draw >= shares[priority])
        {
            draw -= shares[priority++];
        }

        return (RequestPriority)priority;
    }

    private static long NextExponential(Random random, double mean) => VirtualTime.Nanoseconds(-Math.Log(1 - random.NextDouble()) * mean);

    private Request Rent()
    {
        Request request = _pool.TryPop(out Request? pooled) ? pooled : new Request();
        request.IsAbandoned = false;
        return request;
    }

    private void Return(Request request)
    {
        request.Version++;
        _pool.Push(request);
    }
}
