using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Triage;

/// <summary>A server whose work takes the same time each, under arrivals as even as milliseconds allow. Time moves in steps of one, and no chance is in it but that of the requests.</summary>
internal sealed class Plant(AdmissionController controller, FakeTimeProvider time, int serviceMilliseconds = 10)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly List<Asking> _asking = [];
    private readonly Queue<(int EndsAt, AdmissionLease Lease)> _running = [];
    private int _now;
    private double _due;

    /// <summary>The milliseconds that have passed.</summary>
    public int Now => _now;

    /// <summary>All answers so far.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>The answers to those who came since.</summary>
    public IEnumerable<Answer> Since(int milliseconds) => Answers.Where(a => a.AskedAt >= milliseconds);

    public void Run(int milliseconds, double perMillisecond, Func<AdmissionRequest> next)
    {
        for (int i = 0; i < milliseconds; i++)
        {
            Pass();
            for (_due += perMillisecond; _due >= 1; _due--)
            {
                Ask(next());
            }
        }
    }

    public Asked Ask(AdmissionRequest request)
    {
        var asked = new Asked(controller.AdmitAsync(request));
        _asking.Add(new(request, _now, asked));
        Settle();
        return asked;
    }

    /// <summary>One more millisecond passes, and whose work is done leaves.</summary>
    public void Pass()
    {
        _now++;
        time.Advance(Step);
        while (_running.TryPeek(out (int EndsAt, AdmissionLease Lease) first) && first.EndsAt <= _now)
        {
            EndFirst();
        }

        Settle();
    }

    /// <summary>Ends the work of all that run, and of those who get their permits, until nobody waits, all at this moment.</summary>
    public void EndAll(int leaving)
    {
        while (_running.Count > leaving)
        {
            EndFirst();
            Settle();
        }
    }

    private void EndFirst() => _running.Dequeue().Lease.Complete(AdmissionOutcome.Success);

    private void Settle()
    {
        for (int i = 0; i < _asking.Count;)
        {
            Asking asking = _asking[i];
            if (!asking.Asked.IsCompleted)
            {
                i++;
                continue;
            }

            // The order of those who are left does not matter.
            _asking[i] = _asking[^1];
            _asking.RemoveAt(_asking.Count - 1);
            AdmissionLease lease = asking.Asked.Result;
            Answers.Add(new(asking.Request, asking.At, _now, lease));
            if (lease.IsAdmitted)
            {
                _running.Enqueue((_now + serviceMilliseconds, lease));
            }
        }
    }

    private sealed record Asking(AdmissionRequest Request, int At, Asked Asked);

    internal sealed record Answer(AdmissionRequest Request, int AskedAt, int AnsweredAt, AdmissionLease Lease)
    {
        public int Waited => AnsweredAt - AskedAt;

        public bool IsAdmitted => Lease.IsAdmitted;

        public RejectionReason Reason => Lease.Reason;
    }
}
