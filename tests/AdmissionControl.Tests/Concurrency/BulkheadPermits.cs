using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

internal static class BulkheadPermits
{
    /// <summary>Takes one permit after another until there is none.</summary>
    /// <returns>How many there were.</returns>
    public static int TakeAll(Bulkhead bulkhead)
    {
        int taken = 0;
        while (bulkhead.TryAcquire())
        {
            taken++;
        }

        return taken;
    }
}
