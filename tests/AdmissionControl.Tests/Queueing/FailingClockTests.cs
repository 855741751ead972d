using AdmissionControl.Policies;
using AdmissionControl.Triage;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Queueing;

/// <summary>
/// A clock of the user's that throws, at any one of the readings of a busy second or from it on: nothing of ours throws, nobody waits for ever, nothing that was taken is lost, and it is logged once.
/// </summary>
public class FailingClockTests
{
    private const int Limit = 2;

    public static TheoryData<string, bool> Runs { get; } = new MatrixTheoryData<string, bool>(
        ["concurrency", "rate", "partitions", "triage", "fairness", "adaptive", "shadow", "off"], [false, true]);

    [Theory]
    [MemberData(nameof(Runs))]
    public void AnyCall_ClockThrows_NothingIsLostAndNobodyWaitsForEver(string policy, bool forever)
    {
        int readings = Run(policy, failsAt: 0, forever);
        Assert.InRange(readings, 30, 2000);
        for (int failsAt = 1; failsAt <= readings; failsAt++)
        {
            Run(policy, failsAt, forever);
        }
    }

    /// <summary>Runs a busy second whose reading of the given number fails.</summary>
    /// <returns>How many readings it made.</returns>
    private static int Run(string policy, int failsAt, bool forever)
    {
        var time = new FailingTime();
        var log = new FakeLogger<AdmissionController>();
        using var controller = new AdmissionController("shop", Options(policy), time, log);
        var asked = new List<Asked>();
        using var cancellation = new CancellationTokenSource();
        time.FailsAt = failsAt;
        time.Forever = forever;
        time.Readings = 0;

        for (int i = 0; i < 40; i++)
        {
            var request = new AdmissionRequest((RequestPriority)(i % 5)) { Partition = PartitionKey.From(i % 3), IsExempt = i % 13 == 0 };
            asked.Add(new Asked(controller.AdmitAsync(request, i % 7 == 0 ? cancellation.Token : default)));
            asked.Add(new Asked(new(controller.TryAdmit(request))));
            if (i == 20)
            {
                cancellation.Cancel();
            }

            time.Advance(TimeSpan.FromMilliseconds(20));
            if (i % 2 == 0)
            {
                Complete(asked.Where(a => a.IsCompleted).Take(2));
            }
        }

        int readings = time.Readings;
        time.Heal();
        for (int i = 0; asked.Count > 0; i++)
        {
            Assert.True(i < 100, $"{asked.Count} still wait after reading {failsAt} has failed.");
            Complete(asked.Where(a => a.IsCompleted));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        AdmissionStatistics after = controller.GetStatistics();
        Assert.Equal((failsAt, 0, 0), (failsAt, after.InFlight, after.Waiting));
        Assert.InRange(log.Collector.Count, failsAt == 0 ? 0 : forever ? 1 : 0, failsAt == 0 ? 0 : 1);
        AssertAdmitsAsBefore(controller, policy);
        return readings;

        void Complete(IEnumerable<Asked> some)
        {
            foreach (Asked ended in some.ToList())
            {
                ended.Result.Complete(asked.Count % 3 == 0 ? AdmissionOutcome.Overloaded : AdmissionOutcome.Success, TimeSpan.FromMilliseconds(asked.Count % 2));
                asked.Remove(ended);
            }
        }
    }

    private static void AssertAdmitsAsBefore(AdmissionController controller, string policy)
    {
        AdmissionLease[] leases = [.. Enumerable.Range(0, Limit + 1).Select(_ => controller.TryAdmit(default))];
        AdmissionLease[] probes = [.. Enumerable.Range(0, ProbeGuard.MaxInFlight).Select(_ => controller.TryAdmit(AdmissionRequest.Exempt))];
        int admitted = leases.Count(lease => lease.IsAdmitted);
        if (policy is "adaptive" or "shadow" or "off")
        {
            Assert.InRange(admitted, 1, leases.Length);
        }
        else
        {
            Assert.Equal((Limit, probes.Length), (admitted, probes.Count(probe => probe.IsAdmitted)));
        }

        Array.ForEach([.. leases, .. probes], lease => lease.Dispose());
    }

    private static AdmissionPolicyOptions Options(string policy)
    {
        AdmissionPolicyOptions options = Policy.Options(p => _ = policy switch
        {
            "concurrency" => p.FixedConcurrency(Limit).Queue(TimeSpan.FromMilliseconds(200)),
            "rate" => p.FixedConcurrency(100).Rate("40/s", burst: Limit).Queue(TimeSpan.FromMilliseconds(200)),
            "partitions" => p.FixedConcurrency(Limit).RatePerPartition("20/s", burst: 2).Queue(TimeSpan.FromMilliseconds(200)),
            "triage" => p.FixedConcurrency(Limit).Rate("40/s", burst: 100).ShedByPriority(),
            "fairness" => p.FixedConcurrency(Limit).ShedFairly(),
            "adaptive" => p.AdaptiveConcurrency(o => o.Initial = Limit).ShedFairly(),
            _ => p.FixedConcurrency(Limit).ShedFairly(),
        });
        options.Mode = policy switch
        {
            "shadow" => AdmissionMode.Shadow,
            "off" => AdmissionMode.Off,
            _ => AdmissionMode.Enforce,
        };
        return options;
    }

    private sealed class FailingTime : FakeTimeProvider
    {
        /// <summary>The reading, from 1, that fails; none when 0.</summary>
        public int FailsAt { get; set; }

        /// <summary>Whether all after it fail, too.</summary>
        public bool Forever { get; set; }

        public int Readings { get; set; }

        public void Heal() => FailsAt = 0;

        public override long GetTimestamp()
        {
            Readings++;
            return FailsAt > 0 && (Forever ? Readings >= FailsAt : Readings == FailsAt) ? throw new InvalidOperationException("The clock has stopped.") : base.GetTimestamp();
        }
    }
}
