using System.Globalization;
using AdmissionControl.Hosting;

namespace AdmissionControl.LoadedHost;

/// <summary>
/// The shipped witness beside some work: the delay of each of its items, what it says every 50 ms, the pool's threads, and the work
/// done. The first half second is left out.
/// </summary>
internal sealed class Observation : IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    private readonly ManualResetEvent _stop = new(false);
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<double> _delays = [];
    private readonly List<double> _readings = [];
    private readonly PoolProbe _probe;
    private readonly ProbeThread _ticks;
    private readonly Thread _reader;
    private readonly Work _work;
    private long _doneAtFirst;
    private int _mostThreads;

    public Observation(Work work)
    {
        _work = work;
        _probe = new PoolProbe(
            TimeProvider.System,
            new PoolActivity(),
            item => ThreadPool.UnsafeQueueUserWorkItem(new Timed(this, item), preferLocal: false));
        _ticks = new ProbeThread(_probe);
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    /// <summary>The cells of the report, when the work is over.</summary>
    public string Cells()
    {
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(_start) - Settling;
        double donePerSecond = (_work.Done - _doneAtFirst) / elapsed.TotalSeconds;
        Dispose();
        _reader.Join();
        lock (_lock)
        {
            string delays = $"{At(_delays, 0.5)} / {At(_delays, 0.9)} | {_delays.Count}";
            string readings = $"{At(_readings, 0.5)} / {At(_readings, 0.9)} / {At(_readings, 1)}";
            return string.Create(CultureInfo.InvariantCulture, $"{delays} | {readings} | {_mostThreads} | {donePerSecond:F0} |");
        }
    }

    public void Dispose()
    {
        _ticks.Dispose();
        _stop.Set();
    }

    private bool IsSettled => TimeProvider.System.GetElapsedTime(_start) >= Settling;

    private void Read()
    {
        while (!_stop.WaitOne(ProbeThread.Interval))
        {
            if (!IsSettled)
            {
                _doneAtFirst = _work.Done;
                continue;
            }

            _mostThreads = Math.Max(_mostThreads, ThreadPool.ThreadCount);
            if (_probe.Delay is { } delay)
            {
                _readings.Add(delay.TotalMilliseconds);
            }
        }
    }

    private static string At(List<double> values, double share)
    {
        if (values.Count == 0)
        {
            return "none";
        }

        double value = values.Order().ElementAt(Math.Min(values.Count - 1, (int)(share * values.Count)));
        return value.ToString(value < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture);
    }

    /// <summary>The witness's item, with a clock around it.</summary>
    private sealed class Timed(Observation observation, IThreadPoolWorkItem item) : IThreadPoolWorkItem
    {
        private readonly long _posted = TimeProvider.System.GetTimestamp();

        public void Execute()
        {
            TimeSpan delay = TimeProvider.System.GetElapsedTime(_posted);
            item.Execute();
            if (observation.IsSettled)
            {
                lock (observation._lock)
                {
                    observation._delays.Add(delay.TotalMilliseconds);
                }
            }
        }
    }
}
