using AdmissionControl.InterleavingTests.Scheduling;
using AdmissionControl.Queueing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>The token bucket at one permit a second, on a clock that stands still or moves by whole seconds: it must behave as if calls came one after another.</summary>
internal static class TokenBucketScenarios
{
    public static IEnumerable<Scenario> All { get; } =
    [
        new("bucket: takers of the last permits", () => LastPermits(1, new StillClock()), Preemptions: 3),
        new("bucket: takers of unlike size", () => LastPermits(2, new StillClock()), Preemptions: 3),
        new("bucket: takers of unlike size on a coarse clock", () => LastPermits(2, new StillClock(coarseTick: 22_000_000, lag: 9_000_000)), Preemptions: 3),
        new("bucket: prepaid takers of the last permits", PrepaidLastPermits, Preemptions: 3),
        new("bucket: prepaid takers meet new limits", PrepaidMeetNewLimits),
        new("bucket: takers and a refund", TakersAndRefund, Preemptions: 3),
        new("bucket: takers while permits flow in", TakersAndTime, Preemptions: 3),
        new("bucket: takers meet new limits", TakersMeetNewLimits),
        new("bucket: new limits meet new limits", TwoUpdates),
        new("bucket: a refund meets new limits", RefundMeetsNewLimits),
        new("bucket: a hold-back, a refund and a taker", HoldBack, Preemptions: 3),
        new("bucket: a refund meets an arrival at the queue", RefundMeetsArrival, Preemptions: 4),
    ];

    private static Play LastPermits(int second, StillClock clock)
    {
        var story = new Story(burst: 2, clock);
        return new(() => story.Take(1), () => story.Take(second), () => story.Take(1)) { AtEnd = story.MustBeExplained };
    }

    private static Play PrepaidLastPermits()
    {
        var story = new Story(burst: 256, Plenty());
        story.Take(251);
        return new(() => { story.TakeOne(); story.TakeOne(); }, () => { story.TakeOne(); story.TakeOne(); }, () => { story.TakeOne(); story.TakeOne(); })
        {
            AtEnd = story.MustBeExplained,
        };
    }

    private static Play PrepaidMeetNewLimits()
    {
        var story = new Story(burst: 256, Plenty());
        story.Take(1);
        return new(() => story.UpdateLimits(300), () => { story.TakeOne(); story.TakeOne(); }, story.TakeOne) { AtEnd = story.MustBeExplained };
    }

    /// <summary>A clock whose tick brings four permits: so many are prepaid at most.</summary>
    private static StillClock Plenty() => new(coarseTick: 4_000_000_000);

    private static Play TakersAndRefund()
    {
        var story = new Story(burst: 2);
        story.Take(2);
        return new(() => story.Refund(1), () => story.Take(1), () => { story.Refund(1); story.Take(2); }) { AtEnd = story.MustBeExplained };
    }

    private static Play TakersAndTime()
    {
        var clock = new StillClock(mayMove: true);
        var story = new Story(burst: 2, clock);
        story.Take(2);
        return new(() => story.Advance(clock, 1), () => story.Take(1), () => story.Take(1)) { AtEnd = story.MustBeExplained };
    }

    private static Play TakersMeetNewLimits()
    {
        var story = new Story(burst: 3);
        return new(() => story.UpdateLimits(2), () => { story.Take(1); story.Take(1); }, () => story.Take(1)) { AtEnd = story.MustBeExplained };
    }

    private static Play TwoUpdates()
    {
        var story = new Story(burst: 3);
        return new(() => story.UpdateLimits(2), () => story.UpdateLimits(5), () => story.Take(1)) { AtEnd = story.MustBeExplained };
    }

    private static Play RefundMeetsNewLimits()
    {
        var story = new Story(burst: 3);
        story.Take(3);
        return new(() => story.UpdateLimits(4), () => story.Refund(2), () => story.Take(2)) { AtEnd = story.MustBeExplained };
    }

    private static Play HoldBack()
    {
        var story = new Story(burst: 2);
        return new(story.HoldBack, () => story.Refund(2), () => story.Take(1)) { AtEnd = story.MustBeExplained };
    }

    private static Play RefundMeetsArrival()
    {
        var bucket = new TokenBucket(1, 1, new StillClock());
        bucket.TryTake();
        var queue = new PermitQueue(new BucketSource(bucket), limit: 10, isNewestFirst: false, new StillTime());
        Task<RejectionReason>? answer = null;
        return new(() => bucket.Refund(1), () => answer = queue.TakeAsync(1, default).AsTask())
        {
            AtEnd = () => Must.Hold(answer!.IsCompleted, "Somebody waits for the token that was given back: a lost wake-up."),
        };
    }

    /// <summary>A bucket beside its model: permits are counted, time is what the scenario says.</summary>
    private sealed class Story(int burst, StillClock clock)
    {
        // Half a permit away from whole ones, so that no rounding of time decides.
        private static readonly TimeSpan Held = TimeSpan.FromSeconds(1.5);

        private readonly TokenBucket _bucket = new(1, burst, clock);
        private readonly History<Model> _history = new(new(burst, burst));

        public Story(int burst)
            : this(burst, new StillClock())
        {
        }

        public void Take(int permits) => _history.Record(
            $"TryTake({permits})",
            () => _bucket.TryTake(permits, out _),
            (model, taken) => taken == (model.Available >= permits) ? (taken ? model with { Available = model.Available - permits } : model) : null);

        public void TakeOne() => _history.Record(
            "TryTake()", () => _bucket.TryTake(), (model, taken) => taken == (model.Available >= 1) ? (taken ? model.Plus(-1) : model) : null);

        public void Refund(int permits) => _history.Record($"Refund({permits})", () => _bucket.Refund(permits), model => model.Plus(permits));

        public void UpdateLimits(int newBurst) => _history.Record(
            $"UpdateLimits({newBurst})", () => _bucket.UpdateLimits(1, newBurst), model => model with { Available = Math.Min(newBurst, model.Available), Burst = newBurst });

        public void HoldBack() => _history.Record(
            "HoldBack(1.5 s)", () => _bucket.HoldBack(Held), model => model.HeldBack(1 - Held.TotalSeconds));

        public void Advance(StillClock moved, int seconds) => _history.Record(
            $"Advance({seconds} s)", () => moved.Advance(TimeSpan.FromSeconds(seconds)), model => model.Plus(seconds));

        public void MustBeExplained() => _history.MustBeExplained(
            model => (model.Burst, Math.Max(0, (int)Math.Floor(model.Available))) == (_bucket.Burst, _bucket.AvailablePermits));

        /// <param name="Available">The permits that are there; below zero while the bucket is held back.</param>
        /// <param name="Burst">The most that may be there.</param>
        /// <param name="Most">The most to which a refund may lead: what the hold-back left, on a clock that stands still.</param>
        private sealed record Model(double Available, int Burst, double Most = double.PositiveInfinity)
        {
            public Model HeldBack(double available) => this with { Available = Math.Min(Available, available), Most = Math.Min(Most, available) };

            public Model Plus(int permits) => this with { Available = Math.Min(Math.Min(Burst, Available + permits), Math.Max(Available, Most)) };
        }
    }
}
