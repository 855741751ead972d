using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Plants;

/// <summary>Cores that all requests share at once: processor sharing, each at a rate of min(1, cores / population). The tax slows all the more, the more stand here.</summary>
/// <remarks>Work is counted in service that one request has had since the beginning, so a request is done when that has grown by its own work.</remarks>
internal sealed class SharedStage(VirtualTime time, EventQueue events, int cores, double tax) : Stage(time, events)
{
    // What the scheduler of the operating system lets others run before a new thread has its turn, for each request above one a core.
    private const double Slice = 0.004;

    private readonly PriorityQueue<(Request Request, int Version), double> _finishes = new();
    private int _cores = cores;
    private double _slowdown = 1;
    private double _overhead;
    private double _served;
    private long _servedAt;
    private double _busy;
    private bool _isPaused;
    private int _plan;

    public override double BusySeconds => _busy + BusySince;

    private double BusySince => (double)(Time.Now - _servedAt) / VirtualTime.Second * Math.Min(1, (double)Population / _cores);

    private double Rate => _isPaused || Population == 0
        ? 0
        : Math.Min(1, (double)_cores / Population) / _slowdown / (1 + (tax * Math.Max(0, Population - (2 * _cores)) / _cores));

    public override void Enter(Request request)
    {
        Advance();
        Population++;
        double work = request.Work[request.Stage] + _overhead;
        _overhead = 0;
        _finishes.Enqueue((request, request.Version), _served + work);
        Plan();
    }

    public override Request? Finish(in Event done)
    {
        // Only the event of the latest plan is right.
        if (done.Version != _plan)
        {
            return null;
        }

        Advance();
        Request finished = _finishes.Dequeue().Request;
        Population--;
        Plan();
        return finished;
    }

    public override void Cancel(Request request)
    {
        Advance();
        Population--;
        Plan();
    }

    public override void Pause(long until)
    {
        Advance();
        _isPaused = true;
        Plan();
    }

    public override void Resume()
    {
        Advance();
        _isPaused = false;
        Plan();
    }

    public override void Change(int cores, double slowdown)
    {
        Advance();
        _cores = cores;
        _slowdown = slowdown;
        Plan();
    }

    public override void AddOverhead(double seconds)
    {
        Advance();
        _overhead += seconds;
    }

    public override void PostTick(HostTicks ticks) =>
        ticks.Ran(Time.Now, VirtualTime.Nanoseconds(Slice * Math.Max(0, ((double)Population / _cores) - 1)));

    private void Advance()
    {
        _busy += BusySince;
        if (_overhead > 0 && !_isPaused)
        {
            // Cores that have nothing else to do work it off; the rest falls on who comes next.
            double idle = (double)(Time.Now - _servedAt) / VirtualTime.Second * Math.Max(0, _cores - Population);
            double done = Math.Min(_overhead, idle);
            _overhead -= done;
            _busy += done / _cores;
        }

        _served += (Time.Now - _servedAt) * Rate / VirtualTime.Second;
        _servedAt = Time.Now;
    }

    private void Plan()
    {
        _plan++;
        while (_finishes.TryPeek(out (Request Request, int Version) first, out double finish))
        {
            if (first.Request.Version == first.Version)
            {
                if (Rate > 0)
                {
                    // One nanosecond more, so that rounding never leaves it short of its work.
                    Events.Push(Time.Now + VirtualTime.Nanoseconds(Math.Max(0, finish - _served) / Rate) + 1, EventKind.StageDone, this, _plan);
                }

                return;
            }

            // It was cancelled.
            _finishes.Dequeue();
        }
    }
}
