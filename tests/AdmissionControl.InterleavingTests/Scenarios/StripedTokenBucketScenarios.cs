using AdmissionControl.InterleavingTests.Scheduling;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>The striped bucket on a clock that stands still: whatever moves between its parts, permits are neither lost nor doubled.</summary>
internal static class StripedTokenBucketScenarios
{
    public static IEnumerable<Scenario> All { get; } =
    [
        new("striped: takers fill one stripe", TakersFillOneStripe),
        new("striped: takers of the last permits of one stripe", TakersOfOneStripe, Preemptions: 4),
        new("striped: a fill meets a refusal elsewhere", FillMeetsRefusal),
        new("striped: a gathering meets a taker", GatheringMeetsTaker),
        new("striped: two gather", TwoGather),
        new("striped: new limits meet a fill", NewLimitsMeetFill),
        new("striped: new limits meet a gathering", NewLimitsMeetGathering),
        new("striped: new limits meet new limits", TwoUpdates),
    ];

    private static Play TakersFillOneStripe()
    {
        var story = new Story(burst: 16, stripes: 1);
        story.Take(2);
        return new(() => { story.Take(1); story.Take(1); }, () => story.Take(1), () => story.Take(1))
        {
            Always = story.MustBeWithinItsParts,
            AtEnd = story.MustHaveLostNothing,
        };
    }

    private static Play TakersOfOneStripe()
    {
        var story = new Story(burst: 16, stripes: 1);
        story.Take(14);
        return new(() => story.Take(1), () => story.Take(2)) { Always = story.MustBeWithinItsParts, AtEnd = story.MustHaveLostNothing };
    }

    /// <summary>Who is refused remembers that all stripes were empty. A fill meanwhile must not be forgotten by that.</summary>
    private static Play FillMeetsRefusal()
    {
        var story = new Story(burst: 32, stripes: 2);
        story.Take(28);
        story.Take(4);
        void Ask()
        {
            story.Take(1);
            story.Take(4);
            int prepaid = story.Bucket.PrepaidPermits;
            bool isTaken = story.Take(1);
            Must.Hold(isTaken || prepaid == 0, $"Refused while {prepaid} lie in a stripe of which nobody takes.");
        }

        return new(Ask, () => { story.Refund(7); story.Take(1); }) { Always = story.MustBeWithinItsParts, AtEnd = story.MustHaveLostNothing };
    }

    /// <summary>Two permits lie in the stripe and one in the shared bucket: there are enough for the one who gathers or for the others.</summary>
    private static Play GatheringMeetsTaker()
    {
        var story = new Story(burst: 16, stripes: 1);
        story.Take(14);
        story.Refund(1);
        return new(() => story.Take(3), () => story.Take(1), () => story.Take(2))
        {
            Always = story.MustBeWithinItsParts,
            AtEnd = () =>
            {
                story.MustHaveLostNothing();
                Must.Hold(story.Bucket.AvailablePermits < 3, "All were refused and everything is still there.");
            },
        };
    }

    private static Play TwoGather()
    {
        var story = new Story(burst: 32, stripes: 2);
        story.Take(28);
        story.Refund(1);
        return new(() => story.Take(4), () => story.Take(3)) { Always = story.MustBeWithinItsParts, AtEnd = story.MustHaveLostNothing };
    }

    /// <summary>Few enough are there to fit whatever the limits: none may be lost.</summary>
    private static Play NewLimitsMeetFill()
    {
        var story = new Story(burst: 32, stripes: 1);
        story.Take(4);
        story.Take(16);
        return new(() => story.Bucket.UpdateLimits(1, 16), () => { story.Take(1); story.Take(1); }) { AtEnd = story.MustHaveLostNothing };
    }

    private static Play NewLimitsMeetGathering()
    {
        var story = new Story(burst: 32, stripes: 1);
        story.Take(28);
        return new(() => story.Bucket.UpdateLimits(1, 16), () => story.Take(5), () => story.Take(1)) { AtEnd = story.MustHaveLostNothing };
    }

    private static Play TwoUpdates()
    {
        var story = new Story(burst: 32, stripes: 1);
        story.Take(4);
        story.Take(16);
        return new(() => story.Bucket.UpdateLimits(1, 16), () => story.Bucket.UpdateLimits(1, 48), () => story.Take(1))
        {
            AtEnd = story.MustHaveLostNothing,
        };
    }

    /// <summary>A full bucket with batches of an eighth of its burst, and the book of what was taken.</summary>
    private sealed class Story(int burst, int stripes)
    {
        private int _left = burst;

        public StripedTokenBucket Bucket { get; } =
            new(1, burst, new StillClock(), stripes, StripedTokenBucket.MaxBatch, chooseStripe: null);

        public bool Take(int permits)
        {
            bool isTaken = Bucket.TryTake(permits, out _);
            _left -= isTaken ? permits : 0;
            return isTaken;
        }

        public void Refund(int permits)
        {
            _left += permits;
            Bucket.Refund(permits);
        }

        /// <summary>What a call has in its hand is missing, and nothing is there twice.</summary>
        public void MustBeWithinItsParts()
        {
            Must.Hold(Bucket.AvailablePermits <= _left, $"{Bucket.AvailablePermits} are there, and {_left} were not taken.");
            MustBeWithinStripes();
        }

        public void MustHaveLostNothing()
        {
            Must.Equal(_left, Bucket.AvailablePermits, "permits that were not taken");
            MustBeWithinStripes();
            while (Take(1))
            {
            }

            Must.Equal(0, _left, "permits that cannot be taken");
        }

        private void MustBeWithinStripes() =>
            Must.Hold(Bucket.PrepaidPermits <= Bucket.MaxPrepaidPermits, $"{Bucket.PrepaidPermits} lie in stripes of {Bucket.MaxPrepaidPermits}.");
    }
}
