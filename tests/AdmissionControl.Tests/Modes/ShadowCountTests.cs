using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Modes;

/// <summary>What a policy in shadow counts is what it would do: the same traffic against the same policy, carried out and not.</summary>
public class ShadowCountTests
{
    private const int Work = 20;

    [Theory]
    [InlineData(false, 400, 0.0)]
    [InlineData(true, 400, 0.0)]
    [InlineData(false, 1000, 0.5)]
    [InlineData(true, 1000, 0.5)]
    [InlineData(true, 2000, 0.75)]
    public void GetStatistics_Shadow_RefusesAsManyAsWhenEnforced(bool triage, int perSecond, double refused)
    {
        // Ten permits and work of 20 ms: 500 a second.
        double enforced = RefusedShare(AdmissionMode.Enforce, triage, perSecond);
        double shadow = RefusedShare(AdmissionMode.Shadow, triage, perSecond);

        Assert.Equal(refused, enforced, 0.03);
        Assert.Equal(enforced, shadow, 0.02);
    }

    private static double RefusedShare(AdmissionMode mode, bool triage, int perSecond)
    {
        var time = new FakeTimeProvider();
        using AdmissionController controller = Policy.Build(time, p =>
        {
            p.FixedConcurrency(10).Queue(TimeSpan.FromMilliseconds(100)).Options.Mode = mode;
            if (triage)
            {
                p.ShedByPriority();
            }
        });
        List<Asked> waiting = [];
        PriorityQueue<AdmissionLease, int> working = new();
        double due = 0;
        for (int now = 0; now < 5_000; now++)
        {
            while (working.TryPeek(out AdmissionLease done, out int at) && at <= now)
            {
                working.Dequeue();
                done.Complete(AdmissionOutcome.Success);
            }

            for (due += perSecond / 1000.0; due >= 1; due--)
            {
                waiting.Add(new(controller.AdmitAsync(new AdmissionRequest((RequestPriority)((now + waiting.Count) % 5)), TestContext.Current.CancellationToken)));
            }

            foreach (Asked asked in waiting.FindAll(a => a.IsCompleted))
            {
                waiting.Remove(asked);
                AdmissionLease lease = asked.Result;
                if (lease.IsAdmitted)
                {
                    working.Enqueue(lease, now + Work);
                }
            }

            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        AdmissionStatistics statistics = controller.GetStatistics();
        return statistics.TotalRejected / (double)(statistics.TotalRejected + statistics.TotalAdmitted);
    }
}
