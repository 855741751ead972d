using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Windows as the tables write them: mean latency, most in flight, whether any sample was overloaded.</summary>
internal static class Windows
{
    /// <summary>
    /// A story of fifteen windows: calm, slowing down, fast again with an overload, idle, overloaded and slow, a new low. What each rule makes of it was computed
    /// from the published formulas by a program apart from this one.
    /// </summary>
    public static IReadOnlyList<LimitWindow> Story { get; } =
    [
        Of(100, 20), Of(100, 20), Of(110, 22), Of(150, 30), Of(300, 40), Of(90, 40), Of(95, 40, overloaded: 1), Of(250, 5),
        Of(400, 45), Of(120, 40), Of(500, 60, overloaded: 1), Of(60, 60), Of(61, 60), Of(62, 70), Of(200, 60),
    ];

    public static LimitWindow Of(double milliseconds, int maxInFlight, int overloaded = 0) => new()
    {
        Duration = TimeSpan.FromSeconds(1),
        Samples = 100,
        LatencySamples = 100,
        Overloaded = overloaded,
        MeanLatency = TimeSpan.FromMilliseconds(milliseconds),
        MinLatency = TimeSpan.FromMilliseconds(milliseconds / 2),
        MaxInFlight = maxInFlight,
    };

    /// <summary>A window in which all requests were ignored.</summary>
    public static LimitWindow AllIgnored => new() { Duration = TimeSpan.FromSeconds(1), Ignored = 100, MaxInFlight = 1000 };

    /// <summary>A window of mostly ignored requests: the latency of its few samples was not measured.</summary>
    public static LimitWindow WithoutLatency => AllIgnored with { Samples = 3 };

    /// <summary>Asserts that a step changes nothing but its result, and gives the same result twice.</summary>
    public static T Step<T>(T algorithm, in LimitWindow window)
        where T : class, ILimitAlgorithm
    {
        string before = algorithm.ToString()!;
        ILimitAlgorithm first = algorithm.After(window);
        ILimitAlgorithm second = algorithm.After(window);
        Assert.Equal(first, second);
        Assert.Equal(before, algorithm.ToString());
        Assert.InRange(first.Limit, 1, first.MaxLimit);
        return (T)first;
    }

    public static void AssertStory<T>(T algorithm, params double[] limits)
        where T : class, ILimitAlgorithm
    {
        Assert.Equal(Story.Count, limits.Length);
        for (int i = 0; i < limits.Length; i++)
        {
            algorithm = Step(algorithm, Story[i]);
            Assert.Equal(limits[i], algorithm.Limit, 8);
        }
    }
}
