using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Bulkheads against what <see cref="BulkheadModel"/> says about each answer.</summary>
public class BulkheadsProperties
{
    private const int MostLimit = 12;

    /// <summary>While the limit covers all reserves, every answer is the one that the rules demand.</summary>
    [Property(MaxTest = 3000)]
    public Property AnyStory_LimitAboveTheReserves_EveryAnswerIsRight() =>
        Prop.ForAll(Stories, story => Run(story, lowest: story.Reserves.Sum()));

    /// <summary>Whatever the limit does, nothing is admitted above it, nothing is lost, and in the end one may have all.</summary>
    [Property(MaxTest = 3000)]
    public Property AnyStory_AnyLimit_NeverAboveAndNothingStranded() => Prop.ForAll(Stories, story => Run(story, lowest: 1));

    private static void Run(Story story, int lowest)
    {
        var clock = new DrivenClock();
        var all = new Bulkheads(new ConcurrencyGate(MostLimit), clock);
        Bulkhead[] bulkheads = [.. story.Reserves.Select((reserve, i) => all.Add($"{i}", reserve, Math.Max(reserve, story.Limits[i])))];
        var model = new BulkheadModel(bulkheads, MostLimit, clock);
        foreach (Step step in story.Steps)
        {
            int i = step.Bulkhead % bulkheads.Length;
            switch (step.Act)
            {
                case Act.Acquire:
                    bool isAdmitted = bulkheads[i].TryAcquire(step.Permits);
                    model.Acquire(i, step.Permits, isAdmitted);
                    break;
                case Act.Release when model.InFlight(i) > 0:
                    int permits = Math.Min(step.Permits, model.InFlight(i));
                    bulkheads[i].Release(permits);
                    model.Release(i, permits);
                    break;
                case Act.Limit:
                    all.Gate.Limit = model.Limit = Math.Max(lowest, step.Permits * 2);
                    break;
                case Act.Pass:
                    clock.Advance(bulkheads[i].LendAfter * step.Permits / 4);
                    break;
            }

            model.Check(all);
        }

        foreach ((Bulkhead bulkhead, int i) in bulkheads.Select((b, i) => (b, i)))
        {
            if (model.InFlight(i) > 0)
            {
                bulkhead.Release(model.InFlight(i));
            }
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Bulkhead last = all.Add("last", reserve: 0);
        Assert.True(last.TryAcquire(all.Gate.Limit));
        Assert.Equal((all.Gate.Limit, 0), (all.Gate.InFlight, all.Gate.Waiters));
    }

    private static Arbitrary<Story> Stories { get; } = (
        from reserves in Gen.Choose(0, 4).ArrayOf(3)
        from limits in Gen.Choose(1, 14).ArrayOf(3)
        from steps in Steps.ListOf(80)
        select new Story(reserves, limits, [.. steps])).ToArbitrary();

    private static Gen<Step> Steps =>
        from act in Gen.Frequency(
            (8, Gen.Constant(Act.Acquire)), (5, Gen.Constant(Act.Release)), (1, Gen.Constant(Act.Limit)), (2, Gen.Constant(Act.Pass)))
        from bulkhead in Gen.Choose(0, 2)
        from permits in act is Act.Limit or Act.Pass
            ? Gen.Choose(1, MostLimit / 2)
            : Gen.Frequency((6, Gen.Constant(1)), (3, Gen.Choose(1, 4)), (1, Gen.Choose(5, MostLimit)))
        select new Step(act, bulkhead, permits);

    private enum Act
    {
        Acquire,
        Release,
        Limit,
        Pass,
    }

    private sealed record Step(Act Act, int Bulkhead, int Permits);

    private sealed record Story(int[] Reserves, int[] Limits, Step[] Steps)
    {
        public override string ToString() =>
            $"reserves {string.Join(' ', Reserves)} limits {string.Join(' ', Limits)}: "
            + string.Join("; ", Steps.Select(s => $"{s.Act} {s.Bulkhead} {s.Permits}"));
    }
}
