using AdmissionControl.Triage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Triage;

public class ShedThresholdTests
{
    private const uint FirstTurn = 0;

    private static readonly TriageLevel Highest = TriageLevel.Of(RequestPriority.Bulk, band: 7, cohort: 127);

    private static Arbitrary<(int[] Levels, int Excess)> Cases =>
        (from levels in Gen.OneOf(Gen.Choose(0, TriageLevel.Count - 1), Gen.Choose(2048, 2060), Gen.Choose(TriageLevel.Count - 10, TriageLevel.Count - 1)).NonEmptyListOf()
         from excess in Gen.Choose(1, 1000)
         select (levels.ToArray(), excess)).ToArbitrary();

    [Fact]
    public void Sheds_Open_TurnsNobodyAway()
    {
        var threshold = new ShedThreshold();
        Assert.False(threshold.IsActive || threshold.Sheds(Highest, uint.MaxValue) || threshold.Sheds(default, FirstTurn));
    }

    [Fact]
    public void Set_NothingIsTooMuch_TurnsNobodyAway()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [0, 1, 2]);
        threshold.Set(0);
        Assert.False(threshold.IsActive || threshold.Sheds(Highest, FirstTurn));
    }

    [Fact]
    public void Set_NothingIsTooMuchAnyMore_TurnsNobodyAwayAndKeepsWhatIsKnown()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [0, 1, 2, 3]);
        threshold.Set(0.5);
        Assert.True(threshold.IsActive);
        Assert.True(threshold.Sheds(Highest, FirstTurn));

        threshold.Set(0);

        Assert.False(threshold.IsActive || threshold.Sheds(Highest, FirstTurn));
        threshold.Set(0.5);
        Assert.Equal(2, threshold.Boundary, 0.001);
    }

    /// <summary>Some of the old ones passed, some were turned away, and some came after the last window.</summary>
    [Property(MaxTest = 100)]
    public Property Forget_WhateverWasCounted_TheNextWindowStandsAlone() => Prop.ForAll(Cases, Cases, (old, next) =>
    {
        var threshold = new ShedThreshold();
        var unused = new ShedThreshold();
        for (int i = 0; i < old.Levels.Length; i++)
        {
            Action<TriageLevel> count = i % 2 == 0 ? threshold.CountPassed : l => threshold.CountShed(l, FirstTurn);
            count(LevelOf(old.Levels[i]));
            if (i % 3 == 1)
            {
                threshold.Set(old.Excess / 1000.0);
            }
        }

        threshold.Set(0);
        Count(threshold, old.Levels[..1]);
        threshold.Forget();
        Count(threshold, next.Levels);
        Count(unused, next.Levels);
        threshold.Set(next.Excess / 1000.0);
        unused.Set(next.Excess / 1000.0);

        Assert.Equal(unused.Boundary, threshold.Boundary);
    });

    /// <summary>Seven in ten pass: those of 100 and 200, and four in five of 300's half.</summary>
    [Fact]
    public void Sheds_TheLevelAtTheBoundary_PassesInPart()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [100, 200, 200, 300, 300, 300, 300, 300, 400, 400]);
        threshold.Set(0.3);
        Assert.Equal(300.8, threshold.Boundary, 0.001);
        Assert.Equal((0, 10_000), (Shed(threshold, 299, 10_000), Shed(threshold, 301, 10_000)));
        Assert.InRange(Shed(threshold, 300, 10_000), 1_997, 2_003);
    }

    /// <summary>Whoever comes each so many turns only is turned away as often as all: the dealt cohorts each do, each 128 turns.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(128)]
    public void Sheds_InStepWithTheTurns_PassesTheSameShare(uint step)
    {
        var threshold = new ShedThreshold();
        Count(threshold, [10, 10, 10, 10]);
        threshold.Set(0.25);
        int shed = Enumerable.Range(0, 1000).Count(i => threshold.Sheds(LevelOf(10), (uint)i * step));
        Assert.InRange(shed, 240, 260);
    }

    /// <summary>A single client may be all that asks: it must not pass whole because it is all of one level.</summary>
    [Fact]
    public void Sheds_AllOfOneLevel_PassesAsMuchAsIsServed()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [.. Enumerable.Repeat(2500, 1000)]);
        threshold.Set(0.9);
        Assert.InRange(Shed(threshold, 2500, 1000), 897, 903);
    }

    /// <summary>Whatever is too much, somebody passes: the most important level.</summary>
    [Fact]
    public void Set_AllIsTooMuch_LetsTheMostImportantLevelPass()
    {
        var threshold = new ShedThreshold();
        Count(threshold, [.. Enumerable.Range(0, 100)]);
        threshold.Set(1);
        Assert.Equal(1, threshold.Boundary);
        Assert.Equal((0, 100), (Shed(threshold, 0, 100), Shed(threshold, 1, 100)));
    }

    /// <summary>What is below the boundary, and of the level that it is in the part before it, is as much as is asked for.</summary>
    [Property(MaxTest = 300)]
    public Property Set_AnyLevels_TheShareThatPassesIsTheAskedOne() => Prop.ForAll(Cases, c =>
    {
        var threshold = new ShedThreshold();
        Count(threshold, c.Levels);
        double excess = c.Excess / 1000.0;

        threshold.Set(excess);

        const double Rounding = 1e-3;
        int level = (int)threshold.Boundary;
        double passing = c.Levels.Count(l => l < level) + (c.Levels.Count(l => l == level) * (threshold.Boundary - level));
        double wanted = Math.Max((1 - excess) * c.Levels.Length, c.Levels.Count(l => l == 0));
        Assert.True(Math.Abs(passing - wanted) < Rounding * c.Levels.Length, $"{passing} pass where {wanted} should.");
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

        Assert.Equal(50, threshold.Boundary, 0.01);
        for (int i = 0; i < 20; i++)
        {
            Count(threshold, [.. Enumerable.Range(1000, 100)]);
            threshold.Set(0.5);
        }

        Assert.InRange(threshold.Boundary, 1040, 1048);
        for (int i = 0; i < 40; i++)
        {
            Count(threshold, [.. Enumerable.Range(1000, 100)]);
            threshold.Set(0.5);
        }

        Assert.InRange(threshold.Boundary, 1049, 1050);
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

        // 687 old and 100 new, of which 590 pass.
        Assert.InRange(threshold.Boundary, 85, 86.5);
    }

    /// <summary>Those who are turned away count as those who come to the queue, whichever of them are looked at: one window of many, one with so many that only a part of them is, and one of few again.</summary>
    [Fact]
    public void CountShed_ManyInAWindow_KeepsTheProportion()
    {
        var threshold = new ShedThreshold();
        uint turn = 0;
        double known = 0;
        foreach (int arrived in (ReadOnlySpan<int>)[4_096, 409_600, 409_600, 409_600, 4_096])
        {
            for (int i = 0; i < arrived; i++, turn++)
            {
                threshold.CountShed(TriageLevel.Of(RequestPriority.Normal, band: 0, cohort: (int)(turn % AdmissionRequest.CohortCount)), turn);
            }

            threshold.Set(0.75);
            known = (known * 7 / 8) + arrived;
            Assert.Equal(2048 + 32, threshold.Boundary, 0.5);
        }

        // And those who pass keep their weight beside them.
        const int Passed = 1_200_000;
        for (int i = 0; i < Passed; i++)
        {
            threshold.CountPassed(LevelOf(4000));
        }

        threshold.Set(0.25);
        known = known * 7 / 8;
        Assert.Equal(4000 + (((0.75 * (known + Passed)) - known) / Passed), threshold.Boundary, 0.02);
    }

    private static void Count(ShedThreshold threshold, int[] levels) => Array.ForEach(levels, level => threshold.CountPassed(LevelOf(level)));

    private static int Shed(ShedThreshold threshold, int level, int turns) =>
        Enumerable.Range(0, turns).Count(turn => threshold.Sheds(LevelOf(level), (uint)turn));

    private static TriageLevel LevelOf(int value)
    {
        var level = TriageLevel.Of((RequestPriority)(value >> 10), (value >> 7) & 7, value & 127);
        Assert.Equal(value, level.Value);
        return level;
    }
}
