using System.Diagnostics;
using AdmissionControl.Benchmarks.Hosting;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>The server, in a process of its own, and what was observed with each line that it printed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan MostTimeToEnd = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TimeProvider _clock;
    private readonly Thread _reader;
    private readonly Lock _lock = new();
    private readonly List<Observation> _observations = [];

    /// <param name="prefix">A command that runs the server's; empty for none.</param>
    /// <param name="clock">The clock of the observations.</param>
    /// <param name="role">The role and its arguments.</param>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public ServerProcess(IReadOnlyList<string> prefix, TimeProvider clock, params object[] role)
    {
        _clock = clock;
        _process = LoadedHost.Start(prefix, role);
        string address = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"The server did not start: {string.Join(' ', [.. prefix, .. role])}.");
        Address = new Uri(address);
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public Uri Address { get; }

    /// <summary>What was observed from one timestamp to another.</summary>
    public IReadOnlyList<Observation> Observed(long from, long to)
    {
        lock (_lock)
        {
            return [.. _observations.Where(o => o.Timestamp >= from && o.Timestamp <= to)];
        }
    }

    /// <summary>Ends the server.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(MostTimeToEnd))
        {
            _process.Kill();
        }

        _reader.Join();
        _process.Dispose();
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            var observation = new Observation(
                _clock.GetTimestamp(), ServerSample.Parse(line), Environment.CpuUsage.TotalTime, MachineCpu.Read());
            lock (_lock)
            {
                _observations.Add(observation);
            }
        }
    }
}
