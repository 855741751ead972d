using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.AspNetCore.Tests;

/// <summary>More requests than a policy of one permit can serve, until triage turns some away.</summary>
internal static class Flood
{
    /// <summary>Asks for three times as much as is served until the application should do without something.</summary>
    public static async Task PressAsync(AdmissionController controller, FakeTimeProvider time)
    {
        var waiting = new Queue<ValueTask<AdmissionLease>>();
        for (int millisecond = 0; controller.DegradeLevel == 0; millisecond++)
        {
            Assert.InRange(millisecond, 0, 10_000);
            for (int i = 0; i < 3; i++)
            {
                waiting.Enqueue(controller.AdmitAsync(new AdmissionRequest(RequestPriority.Bulk)));
            }

            time.Advance(TimeSpan.FromMilliseconds(1));
            await ServeOneAsync(waiting);
        }

        time.Advance(TimeSpan.FromMilliseconds(200));
        while (waiting.TryDequeue(out ValueTask<AdmissionLease> admission))
        {
            (await admission).Complete(AdmissionOutcome.Success);
        }
    }

    private static async Task ServeOneAsync(Queue<ValueTask<AdmissionLease>> waiting)
    {
        for (int i = waiting.Count; i > 0; i--)
        {
            ValueTask<AdmissionLease> admission = waiting.Dequeue();
            if (!admission.IsCompleted)
            {
                waiting.Enqueue(admission);
                continue;
            }

            AdmissionLease lease = await admission;
            if (lease.IsAdmitted)
            {
                lease.Complete(AdmissionOutcome.Success);
                return;
            }
        }
    }
}
