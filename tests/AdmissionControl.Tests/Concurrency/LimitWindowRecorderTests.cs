using AdmissionControl.Concurrency;
using AdmissionControl.Contention;

namespace AdmissionControl.Tests.Concurrency;

public class LimitWindowRecorderTests
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000 * Millisecond;

    private readonly ThreadCounters _counters = new(LatencySampler.CounterCount);
    private readonly LimitWindowRecorder _recorder;

    public LimitWindowRecorderTests() => _recorder = new LimitWindowRecorder(new LatencySampler(1000, _counters, first: 0));

    /// <summary>Those that fail fast, or whose caller leaves at once, do not make the service look fast.</summary>
    [Fact]
    public void Take_SomeSucceeded_LatencyIsOfThoseAlone()
    {
        Add(AdmissionOutcome.Success, 100, 300);
        Add(AdmissionOutcome.Overloaded, 1, 1);
        Add(AdmissionOutcome.Ignored, 0.5);
        LimitWindow window = _recorder.Take(Second);
        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(100)), (window.MeanLatency, window.MinLatency));
        Assert.Equal((4, 4, 2, 1), (window.Samples, window.LatencySamples, window.Overloaded, window.Ignored));
    }

    [Fact]
    public void Take_NoneSucceeded_LatencyIsOfTheOverloaded()
    {
        Add(AdmissionOutcome.Overloaded, 10, 30);
        Add(AdmissionOutcome.Ignored, 0.5);
        LimitWindow window = _recorder.Take(Second);
        Assert.Equal((TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(10)), (window.MeanLatency, window.MinLatency));
        Assert.Equal((2, 2, 2, 1), (window.Samples, window.LatencySamples, window.Overloaded, window.Ignored));
    }

    [Fact]
    public void Take_AllIgnored_HasNoLatency()
    {
        Add(AdmissionOutcome.Ignored, 10, 30);
        LimitWindow window = _recorder.Take(Second);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (window.MeanLatency, window.MinLatency));
        Assert.Equal((0, 0, 0, 2), (window.Samples, window.LatencySamples, window.Overloaded, window.Ignored));
        Assert.False(window.HasLatency);
    }

    /// <summary>By Little's law: two successes of 100 ms with 1 and 3 permits, an overload of 40 ms with 2, an ignored request of 500 ms, in 2 s.</summary>
    [Fact]
    public void Take_PermitsOfAllOutcomes_AreInTheMeanInFlight()
    {
        Add(AdmissionOutcome.Success, 100);
        _recorder.Add(100 * Millisecond, 1, AdmissionOutcome.Success, permits: 3);
        _recorder.Add(40 * Millisecond, 1, AdmissionOutcome.Overloaded, permits: 2);
        Add(AdmissionOutcome.Ignored, 500);
        Assert.Equal((0.1 + 0.3 + 0.08 + 0.5) / 2, _recorder.Take(2 * Second).MeanInFlight, 9);
        Assert.Equal(0, _recorder.Take(2 * Second).MeanInFlight);
    }

    /// <summary>Of each outcome, those that were timed stand for the rest: 4 successes of 100 ms, 10 ignored of 20 ms.</summary>
    [Fact]
    public void Take_SomeUntimed_TheTimedOfTheSameOutcomeStandForThem()
    {
        Add(AdmissionOutcome.Success, 50, 150);
        Add(AdmissionOutcome.Ignored, 20);
        AddUntimed(AdmissionOutcome.Success, 2);
        AddUntimed(AdmissionOutcome.Ignored, 9);
        LimitWindow window = _recorder.Take(Second);
        Assert.Equal((4 * 0.1) + (10 * 0.02), window.MeanInFlight, 9);
        Assert.Equal((4, 2, 10), (window.Samples, window.LatencySamples, window.Ignored));
    }

    /// <summary>Of an outcome that was never timed, the mean of all that were is the best guess: (100 + 200) / 2 ms.</summary>
    [Fact]
    public void Take_AnOutcomeOnlyUntimed_CountsWithTheMeanOfAll()
    {
        Add(AdmissionOutcome.Success, 100);
        Add(AdmissionOutcome.Ignored, 200);
        AddUntimed(AdmissionOutcome.Overloaded, 4);
        LimitWindow window = _recorder.Take(Second);
        Assert.Equal(0.1 + 0.2 + (4 * 0.15), window.MeanInFlight, 9);
        Assert.Equal((5, 1, 4), (window.Samples, window.LatencySamples, window.Overloaded));
    }

    /// <summary>It happens when most requests are ignored: the sample counts, its latency is not known.</summary>
    [Fact]
    public void Take_SamplesOnlyUntimed_HasSamplesAndNoLatency()
    {
        Add(AdmissionOutcome.Ignored, 100);
        AddUntimed(AdmissionOutcome.Success, 1);
        LimitWindow window = _recorder.Take(Second);
        Assert.Equal((1, 0, TimeSpan.Zero, TimeSpan.Zero), (window.Samples, window.LatencySamples, window.MeanLatency, window.MinLatency));
        Assert.False(window.HasLatency);
    }

    [Fact]
    public void Take_AnyOutcomeTimedOrNot_IsInTheMaxInFlight()
    {
        foreach (AdmissionOutcome outcome in Enum.GetValues<AdmissionOutcome>())
        {
            _recorder.Add(Millisecond, 7, outcome, permits: 1);
            _recorder.Add(Millisecond, 3, outcome, permits: 1);
            Assert.Equal(7, _recorder.Take(Second).MaxInFlight);
            _recorder.AddUntimed(Row, 8, outcome);
            Assert.Equal(8, _recorder.Take(Second).MaxInFlight);
        }

        Assert.Equal(0, _recorder.Take(Second).MaxInFlight);
    }

    [Fact]
    public void Timed_EachOutcome_CountsUntilItIsTaken()
    {
        Add(AdmissionOutcome.Success, 1);
        Add(AdmissionOutcome.Overloaded, 1);
        Add(AdmissionOutcome.Ignored, 1);
        AddUntimed(AdmissionOutcome.Success, 5);
        Assert.Equal(3, _recorder.Timed);
        _recorder.Take(Second);
        Assert.Equal(0, _recorder.Timed);
    }

    [Theory]
    [InlineData(AdmissionOutcome.Success)]
    [InlineData(AdmissionOutcome.Overloaded)]
    [InlineData(AdmissionOutcome.Ignored)]
    public void Add_TooManyOfOneOutcome_SaysThatItIsFull(AdmissionOutcome outcome)
    {
        while (!_recorder.Add(60 * Second, 1, outcome, permits: 1))
        {
            Assert.False(_recorder.IsFull);
            Assert.True(_recorder.Timed < 20_000);
        }

        Assert.True(_recorder.IsFull);
    }

    private CounterRow Row => _counters.RowOf(PerThread.Current);

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
            _recorder.AddUntimed(Row, inFlight: 1, outcome);
        }
    }
}
