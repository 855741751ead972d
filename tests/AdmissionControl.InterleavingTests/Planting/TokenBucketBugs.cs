namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the token bucket.</summary>
internal static class TokenBucketBugs
{
    private const string Bucket = "TokenBuckets/TokenBucket.cs";
    private const string Current = "TokenBuckets/CurrentTimeline.cs";
    private const string Timeline = "TokenBuckets/TokenTimeline.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "bucket: double grant, takers write what they have read",
            "bucket: takers of the last permits",
            Bucket,
            "        if (lacking > 0 || Interlocked.CompareExchange(ref line.ArrivalTime, next, arrival) != arrival)",
            "        if (lacking > 0 || Interlocked.Exchange(ref line.ArrivalTime, next) < 0)"),
        new(
            "bucket: double grant, the careful attempt does not look again",
            "bucket: takers of the last permits",
            Bucket,
            "                if (Interlocked.CompareExchange(ref line.ArrivalTime, next, arrival) == arrival)",
            "                if (Interlocked.Exchange(ref line.ArrivalTime, next) >= 0)"),
        new(
            "bucket: a refund overwrites a take",
            "bucket: takers and a refund",
            Current,
            "            else if (Interlocked.CompareExchange(ref line.ArrivalTime, move(line, arrival, argument), arrival) == arrival)",
            "            else if (Interlocked.Exchange(ref line.ArrivalTime, move(line, arrival, argument)) >= 0)"),
        new(
            "bucket: the old limits are copied and not sealed, so permits are taken from them afterwards",
            "bucket: takers meet new limits",
            Current,
            "Interlocked.Or(ref line.ArrivalTime, TokenTimeline.Sealed) & ~TokenTimeline.Sealed;",
            "Volatile.Read(ref line.ArrivalTime) & ~TokenTimeline.Sealed;"),
        new(
            "bucket: who helps late puts back what was taken from the new limits",
            "bucket: takers meet new limits",
            Current,
            "        Interlocked.CompareExchange(ref successor.ArrivalTime, successor.Continue(line, arrival, clock.Precise), TokenTimeline.Unset);",
            "        Interlocked.Exchange(ref successor.ArrivalTime, successor.Continue(line, arrival, clock.Precise));"),
        new(
            "bucket: who replaces late puts older limits back in force",
            "bucket: new limits meet new limits",
            Current,
            "        Interlocked.CompareExchange(ref _line, successor, line);",
            "        Interlocked.Exchange(ref _line, successor);"),
        new(
            "bucket: a taker mistakes sealed limits for an empty bucket",
            "bucket: takers meet new limits",
            Bucket,
            "lacking > line.CoarseTickUnits && lacking < TokenTimeline.SealedDistance;",
            "lacking > line.CoarseTickUnits;"),
        new(
            "bucket: lost wake-up, a refund wakes those who wait before it gives back",
            "bucket: a refund meets an arrival at the queue",
            Bucket,
            """
                    _current.Move(
                        static (line, arrival, refunded) => Math.Max(line.LeastRefunded(arrival), Math.Max(0, arrival - line.ToUnits((int)refunded))), permits);
                    _queues.Pump();
            """,
            """
                    _queues.Pump();
                    _current.Move(
                        static (line, arrival, refunded) => Math.Max(line.LeastRefunded(arrival), Math.Max(0, arrival - line.ToUnits((int)refunded))), permits);
            """),
        new(
            "bucket: a refund ends a hold-back that is noted too late",
            "bucket: a hold-back, a refund and a taker",
            Bucket,
            """
                            line.HoldUntil(end);
                            return Math.Max(arrival, line.HeldArrival(end));
            """,
            """
                            return Math.Max(arrival, line.HeldArrival(end));
            """),
        new(
            "bucket: double grant, prepaid takers write what they have read",
            "bucket: prepaid takers of the last permits",
            Timeline,
            "left <= _prepaidUnits - permit && Interlocked.CompareExchange(ref _state.ArrivalTime, next, arrival) == arrival;",
            "left <= _prepaidUnits - permit && Interlocked.Exchange(ref _state.ArrivalTime, next) >= 0;"),
        new(
            "bucket: a prepaid taker does not see that the limits are sealed",
            "bucket: prepaid takers meet new limits",
            Timeline,
            "        return left >= 0 && left <=",
            "        return left <="),
        new(
            "bucket: more is prepaid than the bucket holds",
            "bucket: prepaid takers of the last permits",
            Timeline,
            "until <= now + BurstUnits ? until : NothingPrepaid",
            "until"),
    ];
}
