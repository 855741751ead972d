using AdmissionControl.Triage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Triage;

public class UsageSketchTests
{
    private static Arbitrary<(int Seed, int Keys, int MostBits)> Stories =>
        (from seed in Gen.Choose(0, int.MaxValue)
         from keys in Gen.OneOf(Gen.Choose(1, 20), Gen.Choose(1_000, 20_000))
         from mostBits in Gen.Choose(1, 32)
         select (seed, keys, mostBits)).ToArbitrary();

    /// <summary>Whatever is charged, halved, saturated and shared.</summary>
    [Property(MaxTest = 200)]
    public Property Estimate_AnyStory_IsNeverBelowTheModel() => Prop.ForAll(Stories, story =>
    {
        var random = new Random(story.Seed);
        var sketch = new UsageSketch();
        var model = new UsageSketchModel();
        for (int i = 0; i < 3_000; i++)
        {
            if (random.Next(500) == 0)
            {
                int times = random.Next(1, random.Next(1, 40));
                sketch.Halve(times);
                model.Halve(times);
            }

            ulong hash = SeededKeys.Hash(story.Seed, random.Next(story.Keys));
            uint units = (uint)random.NextInt64(1L << story.MostBits);
            sketch.Charge(hash, units);
            model.Charge(hash, units);
            Assert.True(sketch.Estimate(hash) >= model[hash]);
        }

        Assert.All(model.Keys, hash => Assert.True(sketch.Estimate(hash) >= model[hash]));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Estimate_AThousandKeys_IsExactForNearlyAll(int seed)
    {
        var random = new Random(seed);
        var sketch = new UsageSketch();
        var model = new UsageSketchModel();
        for (int i = 0; i < 100_000; i++)
        {
            ulong hash = SeededKeys.Hash(seed, random.Next(1_000));
            sketch.Charge(hash, 16);
            model.Charge(hash, 16);
        }

        // One in twenty shares both its cells, and with conservative update what it is then said to have used is hardly more than what the lighter of its neighbours has.
        Assert.InRange(model.Keys.Count(hash => sketch.Estimate(hash) != model[hash]), 1, 60);
        double said = model.Keys.Sum(hash => (double)sketch.Estimate(hash));
        double used = model.Keys.Sum(hash => (double)model[hash]);
        Assert.InRange(said / used, 1, 1.02);
    }

    [Fact]
    public void Estimate_OneKey_IsExactAndOthersAreNothing()
    {
        var sketch = new UsageSketch();
        ulong[] hashes = [.. Enumerable.Range(0, 50).Select(i => SeededKeys.Hash(1, i))];
        sketch.Charge(hashes[0], 5);
        sketch.Charge(hashes[0], 7);
        Assert.Equal(12u, sketch.Estimate(hashes[0]));
        Assert.All(hashes[1..], hash => Assert.Equal(0u, sketch.Estimate(hash)));
    }

    /// <summary>A key has to share both its cells before more is said of it than it used: the rows look at different bits.</summary>
    [Fact]
    public void Estimate_KeysThatShareOneCell_AreToldApart()
    {
        var sketch = new UsageSketch();
        const ulong Key = 0xABC_123_456;
        sketch.Charge(Key, 3);
        sketch.Charge(0xABC_123_457, 1000);
        Assert.Equal(3u, sketch.Estimate(Key));
        sketch.Charge(0xABC_124_456, 1000);
        Assert.Equal(1000u, sketch.Estimate(Key));
    }

    [Fact]
    public void Charge_MoreThanACellHolds_StaysAtTheMost()
    {
        var sketch = new UsageSketch();
        ulong hash = SeededKeys.Hash(1, 1);
        sketch.Charge(hash, uint.MaxValue - 1);
        sketch.Charge(hash, 1);
        Assert.Equal(uint.MaxValue, sketch.Estimate(hash));
        sketch.Charge(hash, 1);
        sketch.Charge(hash, uint.MaxValue);
        Assert.Equal(uint.MaxValue, sketch.Estimate(hash));
        sketch.Halve(1);
        Assert.Equal(uint.MaxValue / 2, sketch.Estimate(hash));
    }

    [Theory]
    [InlineData(1, 500_000_000u)]
    [InlineData(2, 250_000_000u)]
    [InlineData(29, 1u)]
    [InlineData(30, 0u)]
    [InlineData(31, 0u)]
    [InlineData(32, 0u)]
    [InlineData(33, 0u)]
    [InlineData(64, 0u)]
    [InlineData(65, 0u)]
    [InlineData(long.MaxValue, 0u)]
    public void Halve_AnyTimes_EqualsSoManyHalvings(long times, uint left)
    {
        var sketch = new UsageSketch();
        ulong[] hashes = [.. Enumerable.Range(0, 10_000).Select(i => SeededKeys.Hash(1, i))];
        Assert.All(hashes, hash => sketch.Charge(hash, 1_000_000_000 - sketch.Estimate(hash)));
        sketch.Halve(times);
        Assert.All(hashes, hash => Assert.Equal(left, sketch.Estimate(hash)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(300)]
    [InlineData(1_000)]
    [InlineData(3_000)]
    [InlineData(8_000)]
    [InlineData(20_000)]
    public void ActiveKeys_AnyNumber_IsWithinATenth(int keys)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            UsageSketch sketch = Used(seed, keys, units: 1);
            sketch.Halve(1);
            Assert.InRange(sketch.ActiveKeys, keys * 0.9, keys * 1.1);
        }
    }

    [Fact]
    public void ActiveKeys_AFlood_EndsWhereNoCellIsEmpty()
    {
        UsageSketch sketch = Used(1, 300_000, units: 1);
        sketch.Halve(1);
        Assert.InRange(sketch.ActiveKeys, 30_000u, 40_000u);
    }

    /// <summary>Those who had used something when the last second began, and not those from before a pause.</summary>
    [Theory]
    [InlineData(1, 300)]
    [InlineData(4, 300)]
    [InlineData(5, 1)]
    [InlineData(32, 1)]
    [InlineData(33, 1)]
    [InlineData(1_000_000, 1)]
    public void ActiveKeys_SeveralHalvingsAtOnce_AreThoseOfTheLast(long times, int active)
    {
        UsageSketch atOnce = Used(1, 300, units: 16);
        UsageSketch oneByOne = Used(1, 300, units: 16);
        Assert.Equal(1u, atOnce.ActiveKeys);
        UsageSketch[] both = [atOnce, oneByOne];
        Assert.All(both, sketch => sketch.Halve(1));
        atOnce.Halve(times);
        for (int i = 0; i < Math.Min(times, 40); i++)
        {
            oneByOne.Halve(1);
        }

        Assert.Equal(oneByOne.ActiveKeys, atOnce.ActiveKeys);
        Assert.InRange(atOnce.ActiveKeys, active * 0.95, active * 1.05);
    }

    private static UsageSketch Used(int seed, int keys, uint units)
    {
        var sketch = new UsageSketch();
        for (int i = 0; i < keys; i++)
        {
            sketch.Charge(SeededKeys.Hash(seed, i), units);
        }

        return sketch;
    }
}
