using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Queueing;

/// <summary>The starts of a controller with a queue, over random stories of arrivals, completions, cancellations and passing time.</summary>
public class AdmissionControllerStartsProperties
{
    private const double RatePerSecond = 10;
    private const int Burst = 4;
    private const int Limit = 6;

    private enum Kind
    {
        Arrive,
        Try,
        Complete,
        Cancel,
        Pass,
    }

    [Property(MaxTest = 300)]
    public Property Starts_AnyStory_ObeyBurstAndRateAndLoseNothing() =>
        Prop.ForAll(Stories().ToArbitrary(), Run);

    private static Gen<Step[]> Stories() =>
        (from kind in Gen.Frequency(
            (6, Gen.Constant(Kind.Arrive)), (2, Gen.Constant(Kind.Try)), (5, Gen.Constant(Kind.Complete)), (1, Gen.Constant(Kind.Cancel)), (5, Gen.Constant(Kind.Pass)))
         from priority in Gen.Choose(0, 4)
         from cost in Gen.Choose(1, Burst)
         from milliseconds in Gen.Frequency((5, Gen.Choose(0, 120)), (1, Gen.Choose(500, 3000)))
         select new Step(kind, (RequestPriority)priority, cost, milliseconds)).ArrayOf().Resize(80);

    private static void Run(Step[] story)
    {
        var time = new FakeTimeProvider();
        using AdmissionController controller = Policy.Build(time, p => p
            .Rate("10/s", Burst).FixedConcurrency(Limit).ShareByPriority().Queue(TimeSpan.FromSeconds(2), maxLength: 5));
        List<(TimeSpan At, int Cost)> starts = [];
        List<Waiting> waiting = [];
        Queue<AdmissionLease> running = [];
        int refused = 0;
        DateTimeOffset origin = time.GetUtcNow();

        void Settle()
        {
            foreach (Waiting asked in waiting.Where(a => a.Admission.IsCompleted).ToArray())
            {
                waiting.Remove(asked);
                Note(asked.Admission.Result, asked.Cost);
                asked.Cancellation?.Dispose();
            }
        }

        void Note(AdmissionLease lease, int cost)
        {
            if (lease.IsAdmitted)
            {
                starts.Add((time.GetUtcNow() - origin, cost));
                running.Enqueue(lease);
            }
            else
            {
                Assert.NotEqual(RejectionReason.None, lease.Reason);
                refused++;
            }
        }

        foreach (Step step in story)
        {
            switch (step.Kind)
            {
                case Kind.Arrive:
                    var cancellation = new CancellationTokenSource();
                    waiting.Add(new(new(controller.AdmitAsync(step.Request, cancellation.Token)), step.Request.Cost, cancellation));
                    break;
                case Kind.Try:
                    Note(controller.TryAdmit(step.Request), step.Request.Cost);
                    break;
                case Kind.Complete when running.TryDequeue(out AdmissionLease lease):
                    lease.Complete(AdmissionOutcome.Success);
                    break;
                case Kind.Cancel when waiting.Count > 0:
                    waiting[step.Milliseconds % waiting.Count].Cancellation!.Cancel();
                    break;
                case Kind.Pass:
                    // In steps of the timer's own unit, so that every start is noted at its own time.
                    for (int i = 0; i < step.Milliseconds; i++)
                    {
                        time.Advance(TimeSpan.FromMilliseconds(1));
                        Settle();
                    }

                    break;
            }

            Settle();
            Assert.True(controller.GetStatistics().InFlight <= Limit);
            Assert.Equal(waiting.Count, controller.GetStatistics().Waiting);
        }

        // Nothing is lost: when everything runs out, the gate is empty, the queue too, and every request got one answer.
        for (int i = 0; waiting.Count + running.Count > 0; i++)
        {
            while (running.TryDequeue(out AdmissionLease lease))
            {
                lease.Complete(AdmissionOutcome.Success);
            }

            Settle();
            time.Advance(TimeSpan.FromMilliseconds(1));
            Settle();
            Assert.True(i < 5000, "A waiter was forgotten.");
        }

        Assert.Empty(running);
        Assert.Equal((0, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        Assert.Equal(story.Count(s => s.Kind is Kind.Arrive or Kind.Try), starts.Count + refused);
        AssertBound(starts);
    }

    /// <summary>No window holds more than burst + rate x its length.</summary>
    private static void AssertBound(List<(TimeSpan At, int Cost)> starts)
    {
        for (int first = 0; first < starts.Count; first++)
        {
            int sum = 0;
            for (int last = first; last < starts.Count; last++)
            {
                sum += starts[last].Cost;
                double window = (starts[last].At - starts[first].At).TotalSeconds;
                Assert.True(sum <= Burst + (RatePerSecond * window) + 1e-6, $"{sum} permits started in {window} s: {string.Join(" ", starts)}");
            }
        }
    }

    private sealed record Step(Kind Kind, RequestPriority Priority, int Cost, int Milliseconds)
    {
        public AdmissionRequest Request => new(Priority) { Cost = Cost };
    }

    private sealed record Waiting(Asked Admission, int Cost, CancellationTokenSource? Cancellation);
}
