using AdmissionControl.Concurrency;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Whatever the windows say, the rule stays within its bounds and is a pure function.</summary>
public class KneeLimitProperties
{
    private static readonly LimitRange Range = new(initial: 100, min: 3, max: 5000);

    /// <summary>From nothing to what no gate can have measured; the fields of a window need not fit each other.</summary>
    private static Gen<int> Count => Gen.Frequency(
        (6, Gen.Choose(0, 300)), (2, Gen.Constant(0)), (1, Gen.Choose(0, int.MaxValue)), (1, Gen.Elements(int.MinValue, -1, 1, int.MaxValue)));

    private static Gen<TimeSpan> Time => Gen.Frequency(
        (6, Gen.Choose(0, 20_000_000).Select(t => TimeSpan.FromTicks(t))),
        (1, Gen.Choose(0, 100_000).Select(s => TimeSpan.FromSeconds(s))),
        (2, Gen.Elements(TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.MaxValue)));

    private static Gen<double> Mean => Gen.Frequency(
        (6, Gen.Choose(0, 30_000).Select(n => n / 10.0)),
        (1, Gen.Elements(0, -1, 1e-300, 1e300, double.NaN, double.PositiveInfinity, double.NegativeInfinity)));

    private static Gen<LimitWindow> Window =>
        from duration in Time
        from samples in Count
        from overloaded in Count
        from ignored in Count
        from latency in Time
        from inFlight in Count
        from mean in Mean
        from blocked in Count
        from late in Count
        select new LimitWindow
        {
            Duration = duration,
            Samples = samples,
            LatencySamples = samples,
            Overloaded = overloaded,
            Ignored = ignored,
            MeanLatency = latency,
            MinLatency = latency,
            MaxInFlight = inFlight,
            InFlight = inFlight,
            MeanInFlight = mean,
            Blocked = blocked,
            Late = late,
        };

    /// <summary>What a gate could have measured, though hardly one after another.</summary>
    private static Gen<LimitWindow> PlausibleWindow =>
        from milliseconds in Gen.OneOf(Gen.Choose(10, 1000), Gen.Choose(1000, 2000))
        from samples in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 1000))
        from overloaded in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, samples)))
        from ignored in Gen.Frequency((2, Gen.Constant(samples == 0 ? 1 : 0)), (1, Gen.Choose(1, 1000)))
        from latency in Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(100, 5000))
        from inFlight in Gen.Choose(1, 200)
        from blocked in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 3000))
        from late in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, samples + ignored)))
        select new LimitWindow
        {
            Duration = TimeSpan.FromMilliseconds(milliseconds),
            Samples = samples,
            LatencySamples = samples,
            Overloaded = overloaded,
            Ignored = ignored,
            MeanLatency = TimeSpan.FromMilliseconds(samples == 0 ? 0 : latency),
            MinLatency = TimeSpan.FromMilliseconds(samples == 0 ? 0 : latency),
            MaxInFlight = inFlight,
            InFlight = inFlight,
            MeanInFlight = (double)(samples + ignored) * latency / milliseconds,
            Blocked = blocked,
            Late = late,
        };

    private static Arbitrary<LimitWindow[]> PlausibleStories => PlausibleWindow.ListOf(60).Select(l => l.ToArray()).ToArbitrary();

    private static Arbitrary<LimitWindow[]> Stories => Window.ListOf(60).Select(l => l.ToArray()).ToArbitrary();

    private static Arbitrary<TimeSpan?> Objectives =>
        Gen.Elements<TimeSpan?>(null, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)).ToArbitrary();

    private static Arbitrary<TimeSpan?> ShortObjectives =>
        Gen.Elements<TimeSpan?>(null, TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(2)).ToArbitrary();

    [Property(MaxTest = 5000)]
    public Property After_AnyWindows_StaysWithinItsBounds() => Prop.ForAll(Stories, Objectives, (windows, objective) =>
    {
        KneeLimit rule = new(Range, objective);
        foreach (LimitWindow window in windows)
        {
            rule = Windows.Step(rule, window);
            Assert.InRange(rule.Limit, Range.Min, Range.Max);
            AssertSane(rule.NextWindow!.Value, rule.Objective);
            Assert.InRange(rule.BareLatency, TimeSpan.Zero, TimeSpan.FromHours(1));
            Assert.InRange(rule.Objective, TimeSpan.Zero, TimeSpan.FromHours(1));
        }
    });

    /// <summary>Two rules that see the same are the same, to the last bit of their memory.</summary>
    [Property(MaxTest = 500)]
    public Property After_SameWindows_SameRule() => Prop.ForAll(Stories, Objectives, (windows, objective) =>
        Assert.Equal(Last(new KneeLimit(Range, objective), windows), Last(new KneeLimit(Range, objective), windows)));

    /// <summary>
    /// No state is a trap: after the strangest windows it serves what the service can, at the latest when a trial is due again. A trial that took a minute in all is due
    /// again after less than three hours.
    /// </summary>
    [Property(MaxTest = 300)]
    public Property After_AnyPlausibleWindows_FindsBack() => Prop.ForAll(PlausibleStories, ShortObjectives, (windows, objective) =>
    {
        KneeLimit rule = Last(new KneeLimit(null, objective), windows);
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 2000);
        const int Minute = 60;
        double served = 0;
        for (int minute = 0; minute < 3 * Minute && served < 0.95 * Minute * plant.Capacity; minute++)
        {
            served = 0;
            rule = plant.Run(rule, seconds: Minute, (_, window) => served += window.Samples);
        }

        Assert.True(served >= 0.95 * Minute * plant.Capacity, $"{served / Minute} a second at {rule}");
    });

    private static KneeLimit Last(KneeLimit rule, LimitWindow[] windows) =>
        (KneeLimit)windows.Aggregate<LimitWindow, ILimitAlgorithm>(rule, (r, w) => r.After(w));

    /// <summary>Nothing that a trial waits for takes longer than half of the objective.</summary>
    private static void AssertSane(LimitWindowSize size, TimeSpan objective)
    {
        Assert.Equal(size, size.WithinRange());
        Assert.InRange(size.MinDuration, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(0.1) + (objective / 2));
        Assert.True(size.MaxDuration == TimeSpan.Zero || size.MaxDuration >= size.MinDuration);
        Assert.InRange(size.MinSamples, 1, 10_000);
    }
}
