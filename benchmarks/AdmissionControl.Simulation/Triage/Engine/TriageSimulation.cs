using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>One run of a triage scenario: an arm, a seed. Single-threaded, and the same each time.</summary>
internal sealed class TriageSimulation : IDisposable
{
    // Long after the last client has left: who is still here then was forgotten.
    private const double Patience = 600;

    private readonly TriageScenario _scenario;
    private readonly TriageRecorder _recorder;
    private readonly EventQueue _events = new();
    private readonly VirtualTime _time;
    private readonly Pump _pump = new();
    private readonly Service[] _services;
    private readonly StreamSource[] _sources;
    private readonly Classifier _classifier;
    private readonly Stack<CancellationTokenSource> _cancellations = new();
    private readonly long _end;
    private int _phase = -1;
    private int _open;

    public TriageSimulation(TriageScenario scenario, TriageArm arm, int seed, TriageRecorder recorder)
    {
        _scenario = scenario;
        _recorder = recorder;
        _time = new VirtualTime(_events);
        _services = [.. Enumerable.Range(0, scenario.Services).Select(_ => new Service(scenario, arm, _time, _events))];
        _sources = [.. Enumerable.Range(0, scenario.Streams.Count).Select(index => new StreamSource(scenario, index, seed))];
        _classifier = new Classifier(scenario, arm, seed);
        _end = VirtualTime.Nanoseconds(scenario.Duration);
    }

    /// <exception cref="InvalidOperationException">The controller has lost a request or a permit.</exception>
    public void Run()
    {
        _pump.Around(RunAll);
        CheckNothingIsLost();
    }

    public void Dispose()
    {
        foreach (Service service in _services)
        {
            service.Dispose();
        }

        foreach (CancellationTokenSource cancellation in _cancellations)
        {
            cancellation.Dispose();
        }
    }

    private void RunAll()
    {
        _events.Push(0, EventKind.Phase);
        _events.Push(HostTicks.Interval, EventKind.HostTick);
        long latest = _end + VirtualTime.Nanoseconds(Patience);
        while (!_events.IsEmpty)
        {
            Event next = _events.Pop();
            if (next.Time >= _end && (_open == 0 || next.Time > latest))
            {
                return;
            }

            _time.Now = next.Time;
            Handle(next);
            _pump.Drain();
        }
    }

    private void CheckNothingIsLost()
    {
        if (_open > 0)
        {
            throw new InvalidOperationException($"{_scenario.Name} {_scenario.Variant}: {_open} requests were neither answered nor refused.");
        }

        foreach (Service service in _services)
        {
            AdmissionStatistics held = service.Controller.GetStatistics();
            if (held.InFlight != 0 || held.Waiting != 0)
            {
                throw new InvalidOperationException(
                    $"{_scenario.Name} {_scenario.Variant}: nobody is left, and {held.InFlight} are in flight and {held.Waiting} wait.");
            }
        }
    }

    private void Handle(in Event next)
    {
        switch (next.Kind)
        {
            case EventKind.Arrival:
                Arrive((StreamSource)next.Subject!, next.Version);
                break;
            case EventKind.Retry:
                Begin((Passage)next.Subject!);
                break;
            case EventKind.StageDone:
                FinishService(next);
                break;
            case EventKind.Deadline:
                Leave((Passage)next.Subject!);
                break;
            case EventKind.Phase:
                EnterPhase();
                break;
            case EventKind.HostTick:
                Tick();
                break;
            case EventKind.Timer:
                ((VirtualTime.VirtualTimer)next.Subject!).Fire(next.Version);
                break;
            default:
                throw new InvalidOperationException($"{next.Kind} happens in no triage scenario.");
        }
    }

    private void EnterPhase()
    {
        TriagePhase phase = _scenario.Phases[++_phase];
        _recorder.EnterPhase(_phase);
        foreach (Service service in _services)
        {
            service.Cores.Change(_scenario.Slots, phase.ServiceFactor);
        }

        if (_phase + 1 < _scenario.Phases.Count)
        {
            _events.Push(_time.Now + VirtualTime.Nanoseconds(phase.Duration), EventKind.Phase);
        }

        foreach (StreamSource source in _sources)
        {
            PlanArrival(source);
        }
    }

    /// <summary>Plans the next arrival. A Poisson process has no memory, so that a change of its rate may begin it anew.</summary>
    private void PlanArrival(StreamSource source)
    {
        source.Plan++;
        if (source.NextArrival(_phase) is { } seconds && _time.Now + VirtualTime.Nanoseconds(seconds) is long at && at < _end)
        {
            _events.Push(at, EventKind.Arrival, source, source.Plan);
        }
    }

    private void Arrive(StreamSource source, int plan)
    {
        if (source.Plan != plan)
        {
            return;
        }

        PlanArrival(source);
        var caller = new Caller(source, source.DrawClient(), _time.Now, _phase);
        _recorder.Came(caller);
        Prepare(caller, attempt: 0, _time.Now, out Passage passage);
        Begin(passage);
    }

    private void Prepare(Caller caller, int attempt, long at, out Passage passage)
    {
        passage = new Passage(caller) { Attempt = attempt, ArrivedAt = at, Priority = _classifier.PriorityOf(caller.Source.Stream) };
        caller.Source.DrawWork(passage);
        _open++;
    }

    private void Begin(Passage passage)
    {
        _recorder.Tried(passage.Caller);
        Offer(passage);
        if (!passage.IsOver)
        {
            _events.Push(LeavesAt(passage), EventKind.Deadline, passage);
        }
    }

    private long LeavesAt(Passage passage) =>
        passage.ArrivedAt + VirtualTime.Nanoseconds(passage.Caller.Source.Stream.Deadline ?? _scenario.Clients.Deadline);

    private void Offer(Passage passage)
    {
        CancellationTokenSource cancellation = _cancellations.TryPop(out CancellationTokenSource? spare) ? spare : new();
        ValueTask<AdmissionLease> answer = _services[passage.Service].Controller.AdmitAsync(
            _classifier.Classify(passage, LeavesAt(passage)), cancellation.Token);
        if (answer.IsCompleted)
        {
            _cancellations.Push(cancellation);
            Decide(passage, answer.Result);
        }
        else
        {
            passage.Waiting = cancellation;
            Await(passage, answer, cancellation);
        }
    }

    /// <summary>Continues on the pump, which also carries a failure out of the run.</summary>
    private async void Await(Passage passage, ValueTask<AdmissionLease> answer, CancellationTokenSource cancellation)
    {
        AdmissionLease lease = await answer;
        passage.Waiting = null;
        if (cancellation.TryReset())
        {
            _cancellations.Push(cancellation);
        }
        else
        {
            cancellation.Dispose();
        }

        Decide(passage, lease);
    }

    private void Decide(Passage passage, in AdmissionLease lease)
    {
        if (lease.IsAdmitted && passage.IsAbandoned && _scenario.Clients.Cancels)
        {
            // The last moment of its wait was the first of its turn.
            lease.Complete(AdmissionOutcome.Ignored);
            Close(passage);
        }
        else if (lease.IsAdmitted)
        {
            passage.Admission.Lease = lease;
            passage.IsInService = true;
            _services[passage.Service].Cores.Enter(passage);
        }
        else
        {
            _recorder.Refused(passage.Caller, lease.Reason);
            if (_scenario.RefusalCost > 0)
            {
                _services[passage.Service].Cores.AddOverhead(_scenario.RefusalCost);
            }

            Close(passage);
            TryAgain(passage);
        }
    }

    private void FinishService(in Event done)
    {
        var passage = (Passage)done.Subject!;
        Service service = _services[passage.Service];
        if (passage.Version != done.Version || service.Cores.Finish(done) is null)
        {
            return;
        }

        passage.IsInService = false;
        passage.Admission.Lease.Complete(AdmissionOutcome.Success);
        bool isThrough = passage.Stage + 1 == passage.Caller.Source.Stream.ServiceCount;
        if (!isThrough && !passage.IsAbandoned)
        {
            passage.Stage++;
            Offer(passage);
            return;
        }

        if (isThrough)
        {
            _recorder.Finished(passage.Caller, _time.Now - passage.ArrivedAt);
        }

        Close(passage);
        if (!passage.IsAbandoned)
        {
            _recorder.Served(passage.Caller);
        }
    }

    /// <summary>The client leaves: its wait ends, work that was begun goes on unless the server drops it.</summary>
    private void Leave(Passage passage)
    {
        if (passage.IsOver)
        {
            return;
        }

        passage.IsAbandoned = true;
        if (passage.Waiting is { } waiting)
        {
            waiting.Cancel();
        }
        else if (_scenario.Clients.Cancels && passage.IsInService)
        {
            // Its place in the line of the cores may outlive it.
            passage.Version++;
            _services[passage.Service].Cores.Cancel(passage);
            passage.Admission.Lease.Complete(AdmissionOutcome.Ignored);
            _recorder.Finished(passage.Caller, _time.Now - passage.ArrivedAt);
            Close(passage);
        }

        TryAgainAfterLeaving(passage);
    }

    private void Close(Passage passage)
    {
        passage.IsOver = true;
        _open--;
    }

    private void TryAgain(Passage passage)
    {
        // Who left has planned its next attempt already.
        if (!passage.IsAbandoned)
        {
            TryAgainAfterLeaving(passage);
        }
    }

    private void TryAgainAfterLeaving(Passage passage)
    {
        if (passage.Attempt + 1 >= _scenario.Clients.Attempts)
        {
            return;
        }

        long at = _time.Now + VirtualTime.Nanoseconds(passage.Caller.Source.DrawBackoff(passage.Attempt));
        Prepare(passage.Caller, passage.Attempt + 1, at, out Passage retry);
        _events.Push(at, EventKind.Retry, retry);
    }

    private void Tick()
    {
        foreach (Service service in _services)
        {
            service.Tick(_time.Now);
        }

        _events.Push(_time.Now + HostTicks.Interval, EventKind.HostTick);
    }
}
