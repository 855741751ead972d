using FsCheck;
using FsCheck.Fluent;

namespace AdmissionControl.Tests.TokenBuckets;

internal enum BucketAct
{
    Take,
    Refund,
    HoldBack,
    Update,
    Pass,
    Wait,
}

/// <summary>One step: what is done, to how much of what there is, and how the readings stand meanwhile.</summary>
internal readonly record struct BucketStep(BucketAct Act, double Share, double Reserve, long Nanoseconds, double Lag, double Rate, int Burst);

/// <summary>A bucket and what happens to it.</summary>
internal sealed record BucketStory(double Rate, int Burst, bool IsCoarse, BucketStep[] Steps)
{
    /// <summary>10 ms, as on Linux.</summary>
    public const long Tick = 10_000_000;

    public override string ToString() => $"{Rate:R}/s burst {Burst} coarse {IsCoarse}: {string.Join("; ", Steps)}";

    /// <summary>From one a day to 10^9 a second, evenly over the magnitudes, and rates that no power of two divides well.</summary>
    public static Gen<double> Rates { get; } = Gen.OneOf(
        Unit.Select(u => Math.Clamp(Math.Exp(Math.Log(1.0 / 86_400) + (u * Math.Log(86_400 * 1e9))), 1.0 / 86_400, 1e9)),
        Gen.Elements(1.0 / 86_400, 1e9, 999_990_000.7, 1.0 / 3, 0.1, 10, 7, 536_870_912.5, 999_999_999.999, 1e9 / 3));

    public static Gen<int> Bursts { get; } = Gen.OneOf(
        Gen.Elements(1, 2, 3, 5, 1 << 20, (1 << 30) - 1, 1 << 30, int.MaxValue - 1, int.MaxValue),
        Unit.Select(u => (int)Math.Exp(u * Math.Log(int.MaxValue))));

    private static Gen<double> Unit => Gen.Choose(0, 1_000_000).Select(n => n / 1e6);

    /// <summary>From nothing to 30 days, evenly over the magnitudes.</summary>
    private static Gen<long> Times => Gen.Frequency(
        (1, Gen.Constant(0L)),
        (8, Unit.Select(u => (long)Math.Exp(u * Math.Log(30 * 86_400e9)))));

    private static Gen<BucketStep> Steps_ =>
        from act in Gen.Frequency(
            (8, Gen.Constant(BucketAct.Take)), (2, Gen.Constant(BucketAct.Refund)), (1, Gen.Constant(BucketAct.HoldBack)),
            (1, Gen.Constant(BucketAct.Update)), (4, Gen.Constant(BucketAct.Pass)), (3, Gen.Constant(BucketAct.Wait)))
        from share in Gen.Frequency((1, Gen.Constant(0.0)), (1, Gen.Constant(1.0)), (1, Gen.Constant(1.1)), (3, Unit), (2, Unit.Select(u => u * u * u * u * u * u)))
        from reserve in Gen.Frequency((3, Gen.Constant(0.0)), (1, Unit), (1, Gen.Constant(2.0)))
        from time in Times
        from lag in Gen.Frequency((1, Gen.Constant(-1.0)), (1, Gen.Constant(1.0)), (1, Gen.Constant(0.0)), (2, Unit), (1, Unit.Select(u => -u)))
        from rate in Rates
        from burst in Bursts
        select new BucketStep(act, share, reserve, time, lag, rate, burst);

    public static Arbitrary<BucketStory> Stories(bool isCoarse) =>
        (from rate in Rates
         from burst in Bursts
         from steps in Steps_.ListOf(60)
         select new BucketStory(rate, burst, isCoarse, [.. steps])).ToArbitrary();
}
