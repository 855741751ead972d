using AdmissionControl.Triage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Triage;

public class ShedThresholdTests
{
    private static readonly TriageLevel Highest = TriageLevel.Of(RequestPriority.Bulk, band: 7, cohort: 127);

    private static Arbitrary<(int[] Levels, int Excess)> Cases =>
        (from levels in Gen.OneOf(Gen.Choose(0, TriageLevel.Count - 1), Gen.Choose(2048, 2060)).NonEmptyListOf()
         from excess in Gen.Choose(1, 1000)
         select (levels.ToArray(), excess)).ToArbitrary();

    [Fact]
    public void Sheds_Open_TurnsNobodyAwayAndCounts()
    {
        var threshold = new ShedThreshold();
        Assert.False(threshold.IsActive || threshold.Sheds(Highest) || threshold.Sheds(default));
        Assert.Equal(2, threshold.Arrivals);
    }

    [Fact]
    public void Set_NothingIsTooMuch_TurnsNobodyAway()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [0, 1, 2]);
        threshold.Set(0);
        Assert.False(threshold.IsActive || threshold.Sheds(Highest));
    }

    [Fact]
    public void Open_AfterItWasSet_TurnsNobodyAwayAnyMore()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [0, 1, 2, 3]);
        threshold.Set(0.5);
        Assert.True(threshold.IsActive);
        Assert.True(threshold.Sheds(Highest));

        threshold.Open();

        Assert.False(threshold.IsActive || threshold.Sheds(Highest));
    }

    [Fact]
    public void Sheds_TheMarginalLevel_PassesAndTheNextDoesNot()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [100, 200, 300, 400]);
        threshold.Set(0.5);
        Assert.Equal(200, threshold.Highest);
        Assert.Equal((false, true), (threshold.Sheds(LevelOf(200)), threshold.Sheds(LevelOf(201))));
    }

    /// <summary>Whatever is too much, somebody passes: the most important level.</summary>
    [Fact]
    public void Set_AllIsTooMuch_LetsTheMostImportantLevelPass()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [.. Enumerable.Range(0, 100)]);
        threshold.Set(1);
        Assert.Equal((false, true), (threshold.Sheds(LevelOf(0)), threshold.Sheds(LevelOf(1))));
    }

    /// <summary>The least important that pass are those at the asked place of a sorted list: their share reaches what is asked for, and without the marginal level it would not.</summary>
    [Property(MaxTest = 300)]
    public Property Set_AnyLevels_TheShareThatPassesIsTheAskedOneToWithinALevel() => Prop.ForAll(Cases, c =>
    {
        var threshold = new ShedThreshold();
        Count(threshold, c.Levels);
        double excess = c.Excess / 1000.0;

        threshold.Set(excess);

        const double Rounding = 1e-4;
        double wanted = (1 - excess) * c.Levels.Length;
        int passing = c.Levels.Count(l => l <= threshold.Highest);
        int below = c.Levels.Count(l => l < threshold.Highest);
        Assert.True(passing >= wanted - Rounding, $"{passing} pass where {wanted} should.");
        Assert.True(below < wanted + Rounding, $"{below} would do for {wanted}.");
        int[] sorted = [.. c.Levels.Order()];
        int place = (int)Math.Ceiling(wanted - Rounding) - 1;
        Assert.Equal(place < 0 ? 0 : sorted[place], threshold.Highest);
    });

    /// <summary>An eighth is forgotten with each window: after 20 windows less than a tenth of the old is left.</summary>
    [Fact]
    public void Set_TheLevelsChange_ForgetsTheOldOnes()
    {
        var threshold = new ShedThreshold();
        for (int i = 0; i < 30; i++)
        {
            Count(threshold, [.. Enumerable.Range(0, 100)]);
            threshold.Set(0.5);
        }

        // Sums of eighths are rounded: the level at the very boundary may be either.
        Assert.InRange(threshold.Highest, 49, 50);
        for (int i = 0; i < 20; i++)
        {
            Count(threshold, [.. Enumerable.Range(1000, 100)]);
            threshold.Set(0.5);
        }

        Assert.InRange(threshold.Highest, 1040, 1048);
        for (int i = 0; i < 40; i++)
        {
            Count(threshold, [.. Enumerable.Range(1000, 100)]);
            threshold.Set(0.5);
        }

        Assert.InRange(threshold.Highest, 1048, 1050);
    }

    /// <summary>A single window has one part in eight of the word: the old ones outweigh it.</summary>
    [Fact]
    public void Set_OneOddWindow_IsOutweighedByTheOldOnes()
    {
        var threshold = new ShedThreshold();
        for (int i = 0; i < 30; i++)
        {
            Count(threshold, [.. Enumerable.Range(0, 100)]);
            threshold.Set(0.25);
        }

        Count(threshold, [.. Enumerable.Range(4000, 100)]);
        threshold.Set(0.25);

        // 700 old and 100 new, of which 600 pass.
        Assert.InRange(threshold.Highest, 84, 86);
    }

    private static void Count(ShedThreshold threshold, int[] levels) => Array.ForEach(levels, level => threshold.Sheds(LevelOf(level)));

    private static TriageLevel LevelOf(int value)
    {
        var level = TriageLevel.Of((RequestPriority)(value >> 10), (value >> 7) & 7, value & 127);
        Assert.Equal(value, level.Value);
        return level;
    }
}
