using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Plants;

/// <summary>Cores that serve in order of arrival, each request to its end: M/G/c. With a congestion tax, service is longer the more requests stand here.</summary>
internal sealed class FifoStage(VirtualTime time, EventQueue events, int cores, double tax) : Stage(time, events)
{
    private const long Waiting = -1;

    // Stands in the queue for the tick.
    private static readonly Request TickItem = new();

    private readonly Queue<Request> _queue = new();
    private HostTicks? _ticks;
    private int _cores = cores;
    private double _slowdown = 1;
    private double _overhead;
    private int _busy;
    private double _busySeconds;
    private long _busyAt;
    private long _totalPause;
    private long _pausedUntil;

    public override double BusySeconds => _busySeconds + BusySince;

    private double BusySince => (double)(Time.Now - _busyAt) / VirtualTime.Second * Math.Min(1, (double)_busy / _cores);

    public override void Enter(Request request)
    {
        Population++;
        request.IsGone = false;
        if (_busy < _cores)
        {
            Serve(request);
        }
        else
        {
            request.PauseMark = Waiting;
            _queue.Enqueue(request);
        }
    }

    public override Request? Finish(in Event done)
    {
        var request = (Request)done.Subject!;
        if (request.PauseMark < _totalPause)
        {
            // The cores stood still meanwhile.
            Events.Push(Time.Now + _totalPause - request.PauseMark, EventKind.StageDone, request, request.Version);
            request.PauseMark = _totalPause;
            return null;
        }

        Free();
        return request;
    }

    public override void Cancel(Request request)
    {
        if (request.PauseMark != Waiting)
        {
            Free();
        }
        else
        {
            Population--;
            request.IsGone = true;
        }
    }

    public override void Pause(long until)
    {
        _totalPause += until - Time.Now;
        _pausedUntil = until;
    }

    public override void Change(int cores, double slowdown)
    {
        CountBusy();
        _slowdown = slowdown;
        _cores = cores;
        ServeWaiting();
    }

    public override void AddOverhead(double seconds)
    {
        CountBusy();
        _overhead += seconds;
    }

    /// <summary>A tiny work item stands in the same line, and is done when all that were here before it have begun.</summary>
    public override void PostTick(HostTicks ticks)
    {
        if (_busy < _cores && Time.Now >= _pausedUntil)
        {
            ticks.Ran(Time.Now);
        }
        else
        {
            _ticks = ticks;
            _queue.Enqueue(TickItem);
        }
    }

    private void Serve(Request request)
    {
        CountBusy();
        _busy++;
        request.PauseMark = _totalPause;
        double seconds = request.Work[request.Stage] * _slowdown * (1 + (tax * Math.Max(0, Population - (2 * _cores)) / _cores));
        seconds += _overhead;
        _overhead = 0;
        Events.Push(Math.Max(Time.Now, _pausedUntil) + VirtualTime.Nanoseconds(seconds), EventKind.StageDone, request, request.Version);
    }

    private void Free()
    {
        CountBusy();
        Population--;
        _busy--;
        ServeWaiting();
    }

    private void CountBusy()
    {
        _busySeconds += BusySince;
        if (_overhead > 0)
        {
            // Cores that have nothing else to do work it off; the rest falls on who begins next.
            double idle = (double)(Time.Now - _busyAt) / VirtualTime.Second * Math.Max(0, _cores - _busy);
            double done = Math.Min(_overhead, idle);
            _overhead -= done;
            _busySeconds += done / _cores;
        }

        _busyAt = Time.Now;
    }

    private void ServeWaiting()
    {
        while (_busy < _cores && _queue.TryDequeue(out Request? next))
        {
            if (next == TickItem)
            {
                _ticks!.Ran(Time.Now);
            }
            else if (!next.IsGone)
            {
                Serve(next);
            }
        }
    }
}
