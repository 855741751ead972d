using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl;

/// <summary>The platform's type of that name: a thread that waits for what another does.</summary>
internal struct SpinWait
{
    public int Count { get; private set; }

    /// <summary>Lets at least one step of another thread pass.</summary>
    public void SpinOnce()
    {
        Count++;
        Scheduler.Rest();
    }
}
