namespace AdmissionControl.Hosting;

/// <summary>One running <see cref="PoolProbe"/> for all who want it: started by the first, stopped when the last has left.</summary>
/// <remarks>Who comes after that gets a new one, without the old history. Thread-safe.</remarks>
/// <param name="start">Ticks a probe until what it returns is disposed. May fail as the start of a thread does.</param>
/// <param name="isOn">When false nothing is ever started, and every witness is blind.</param>
internal sealed class SharedProbe(Func<PoolProbe, IDisposable> start, bool isOn)
{
    /// <summary>The switch of <see cref="AppContext"/> that turns the witness off when it is false. It is looked at once.</summary>
    public const string Switch = "AdmissionControl.HostWitness";

    private readonly Lock _lock = new();
    private int _users;
    private (PoolProbe Probe, IDisposable Ticks)? _running;

    /// <summary>That of the process.</summary>
    public static SharedProbe OfProcess { get; } =
        new(static probe => new ProbeThread(probe), !AppContext.TryGetSwitch(Switch, out bool isSwitchedOn) || isSwitchedOn);

    /// <summary>One more user. Does not throw when no thread can be started: the witness is blind then.</summary>
    public HostWitness Join()
    {
        lock (_lock)
        {
            _running ??= isOn ? TryStart() : null;
            _users++;
            return new HostWitness(this, _running?.Probe);
        }
    }

    /// <summary>One user less. Once for each that has joined.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _running?.Ticks.Dispose();
                _running = null;
            }
        }
    }

    private (PoolProbe Probe, IDisposable Ticks)? TryStart()
    {
        var probe = new PoolProbe();
        try
        {
            return (probe, start(probe));
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException or PlatformNotSupportedException)
        {
            // A container may allow no further thread. That is no reason to have no limits at all.
            return null;
        }
    }
}
