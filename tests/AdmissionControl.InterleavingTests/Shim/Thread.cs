using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl;

/// <summary>What the shipped source asks of the platform's type of that name.</summary>
internal sealed class Thread
{
    [ThreadStatic]
    private static Thread? _current;

    public static Thread CurrentThread => _current ??= new Thread();

    public bool IsAlive { get; } = true;

    /// <summary>Each thread of a scenario runs on a processor of its own.</summary>
    public static int GetCurrentProcessorId() => Scheduler.CurrentActor is Actor actor ? actor.Id : 0;

    /// <summary>A step at which any other thread may run for free: whoever spins gives way.</summary>
    public static void SpinWait(int iterations)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        Scheduler.Yield();
    }
}
