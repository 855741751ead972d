using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class TriageLevelTests
{
    /// <summary>Counted up by cohort, then band, then priority, the values are all numbers in a row.</summary>
    [Fact]
    public void Of_AllThatThereAre_AreNumberedByPriorityThenBandThenCohort()
    {
        int next = 0;
        foreach (RequestPriority priority in Enum.GetValues<RequestPriority>().Order())
        {
            for (int band = 0; band < TriageLevel.BandCount; band++)
            {
                for (int cohort = 0; cohort < AdmissionRequest.CohortCount; cohort++)
                {
                    var level = TriageLevel.Of(priority, band, cohort);
                    Assert.Equal((next++, priority), (level.Value, level.Priority));
                }
            }
        }

        Assert.Equal(TriageLevel.Count, next);
    }

    [Fact]
    public void Line_AllThatThereAre_SixteenCohortsShareOneAndNothingElseDoes()
    {
        for (int priority = 0; priority < 5; priority++)
        {
            for (int band = 0; band < 8; band++)
            {
                for (int cohort = 0; cohort < 128; cohort++)
                {
                    int line = TriageLevel.Of((RequestPriority)priority, band, cohort).Line;
                    Assert.Equal((((priority * 8) + band) * 8) + (cohort / 16), line);
                }
            }
        }

        Assert.Equal((5 * 64, 64, 8), (TriageLevel.LineCount, TriageLevel.LinesPerPriority, TriageLevel.LinesPerBand));
    }

    /// <summary>The line's word of a priority has a bit for each of its lines.</summary>
    [Fact]
    public void LinesPerPriority_InBits_FillAWord() => Assert.Equal(64, TriageLevel.LinesPerPriority);
}
