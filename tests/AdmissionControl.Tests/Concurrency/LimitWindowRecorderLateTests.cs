using AdmissionControl.Concurrency;
using AdmissionControl.Contention;

namespace AdmissionControl.Tests.Concurrency;

public class LimitWindowRecorderLateTests
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000 * Millisecond;

    private readonly ThreadCounters _counters = new(LatencySampler.CounterCount);
    private readonly LimitWindowRecorder _recorder;

    public LimitWindowRecorderLateTests() => _recorder = new LimitWindowRecorder(new LatencySampler(1000, _counters, first: 0));

    [Fact]
    public void Take_NothingSet_NoneIsLate()
    {
        Add(AdmissionOutcome.Success, 1, 60_000);
        Assert.Equal(0, _recorder.Take(Second).Late);
    }

    /// <summary>Above, by a tick of 100 ns, not at.</summary>
    [Theory]
    [InlineData(AdmissionOutcome.Success)]
    [InlineData(AdmissionOutcome.Overloaded)]
    [InlineData(AdmissionOutcome.Ignored)]
    public void Take_AnyOutcome_CountsThoseAbove(AdmissionOutcome outcome)
    {
        _recorder.LateAfter = TimeSpan.FromMilliseconds(20);
        Add(outcome, 19, 20, 20.0001, 30, 60_000);
        Assert.Equal(3, _recorder.Take(Second).Late);
    }

    [Fact]
    public void Take_NextWindow_BeginsAtNone()
    {
        _recorder.LateAfter = TimeSpan.FromMilliseconds(20);
        Add(AdmissionOutcome.Success, 30);
        _recorder.Take(Second);
        Assert.Equal(0, _recorder.Take(Second).Late);
        Add(AdmissionOutcome.Success, 10, 30);
        Assert.Equal(1, _recorder.Take(Second).Late);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void LateAfter_ZeroOrBelow_CountsNone(long ticks)
    {
        _recorder.LateAfter = TimeSpan.FromMilliseconds(1);
        _recorder.LateAfter = TimeSpan.FromTicks(ticks);
        Add(AdmissionOutcome.Success, 0, 5, 60_000);
        Assert.Equal(0, _recorder.Take(Second).Late);
    }

    /// <summary>A latency counts as one minute at most, so none is above it.</summary>
    [Fact]
    public void LateAfter_AMinute_CountsNone()
    {
        _recorder.LateAfter = TimeSpan.FromMinutes(1);
        Add(AdmissionOutcome.Success, 600_000);
        Assert.Equal(0, _recorder.Take(Second).Late);
        _recorder.LateAfter = TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1);
        Add(AdmissionOutcome.Success, 600_000);
        Assert.Equal(1, _recorder.Take(Second).Late);
    }

    /// <summary>1 of 4 timed was late; of the 36 that were not timed so were 9.</summary>
    [Fact]
    public void Take_SomeUntimed_TheTimedStandForThem()
    {
        _recorder.LateAfter = TimeSpan.FromMilliseconds(20);
        Add(AdmissionOutcome.Success, 1, 30);
        Add(AdmissionOutcome.Overloaded, 1);
        Add(AdmissionOutcome.Ignored, 1);
        AddUntimed(AdmissionOutcome.Success, 26);
        AddUntimed(AdmissionOutcome.Ignored, 10);
        Assert.Equal(10, _recorder.Take(Second).Late);
    }

    [Fact]
    public void Take_NoneTimed_NoneIsLate()
    {
        _recorder.LateAfter = TimeSpan.FromMilliseconds(20);
        AddUntimed(AdmissionOutcome.Success, 26);
        Assert.Equal(0, _recorder.Take(Second).Late);
    }

    private void Add(AdmissionOutcome outcome, params double[] milliseconds)
    {
        foreach (double latency in milliseconds)
        {
            _recorder.Add((long)(latency * Millisecond), inFlight: 1, outcome, permits: 1);
        }
    }

    private void AddUntimed(AdmissionOutcome outcome, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _recorder.AddUntimed(_counters.RowOf(PerThread.Current), inFlight: 1, outcome);
        }
    }
}
