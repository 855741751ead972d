namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the gate and its queue.</summary>
internal static class ConcurrencyGateBugs
{
    private const string Gate = "Concurrency/ConcurrencyGate.cs";
    private const string Queue = "Queueing/PermitQueue.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "gate: lost wake-up, a release looks for waiters before it gives back",
            "gate: a release meets an arrival",
            Gate,
            "        long occupancy = Interlocked.Add(ref _state.Occupancy, -permits);",
            """
                    long occupancy = Volatile.Read(ref _state.Occupancy);
                    Interlocked.Add(ref _state.Occupancy, -permits);
            """),
        new(
            "gate: lost wake-up, a waiter does not look after it was announced",
            "gate: a release meets an arrival",
            Queue,
            """
                        _count++;
                        Serve(ref done);
            """,
            "            _count++;"),
        new(
            "gate: lost wake-up, a raised limit looks for waiters before it is in force",
            "gate: a raised limit meets an arrival",
            Gate,
            """
                        Interlocked.Exchange(ref _state.Limit, value);
                        WakeWaiters();
            """,
            """
                        WakeWaiters();
                        Interlocked.Exchange(ref _state.Limit, value);
            """),
        new(
            "gate: double grant, two takers write what they have read",
            "gate: takers and releases",
            Gate,
            """
                        && Interlocked.CompareExchange(ref _state.Occupancy, occupancy + permits, occupancy) == occupancy)
                    {
                        inFlight = (int)occupancy + permits;
            """,
            """
                        && Interlocked.Exchange(ref _state.Occupancy, occupancy + permits) >= 0)
                    {
                        inFlight = (int)occupancy + permits;
            """),
        new(
            "gate: double grant, the queue looks and counts in two steps",
            "gate: two releases meet a waiter",
            Gate,
            "            long seen = Interlocked.CompareExchange(ref _state.Occupancy, occupancy + permits - OneWaiter, occupancy);",
            """
                        long seen = occupancy;
                        Interlocked.Exchange(ref _state.Occupancy, occupancy + permits - OneWaiter);
            """),
        new(
            "gate: release before hand-off, a waiter leaves the word before its permit is in it",
            "gate: a newcomer beside a waiter",
            Gate,
            "            long seen = Interlocked.CompareExchange(ref _state.Occupancy, occupancy + permits - OneWaiter, occupancy);",
            """
                        Interlocked.Add(ref _state.Occupancy, -OneWaiter);
                        long seen = occupancy;
                        Interlocked.Add(ref _state.Occupancy, permits);
            """),
        new(
            "gate: overtaking, the second attempt forgets those who wait",
            "gate: a newcomer beside a waiter",
            Gate,
            "            if (occupancy >= OneWaiter || !Fits(occupancy, permits, allowed))",
            "            if (!Fits(occupancy, permits, allowed))"),
        new(
            "gate: a cancelled waiter leaves without a look at whether it was served",
            "gate: a cancellation meets a release",
            Queue,
            """
                        if (waiter.Node is not null)
                        {
                            Finish(waiter, RejectionReason.Cancelled, ref done);
                            _source.RemoveWaiter();
                        }
            """,
            """
                        if (waiter.Node is not null)
                        {
                            Finish(waiter, RejectionReason.Cancelled, ref done);
                        }

                        _source.RemoveWaiter();
            """),
        new(
            "gate: the next in line is not looked at when the first is cancelled",
            "gate: a cancellation makes room for less",
            Queue,
            """
                        // The next in line may ask for less.
                        Serve(ref done);
            """,
            ""),
        new(
            "gate: a closed queue lets somebody wait",
            "gate: a disposal meets an arrival and a release",
            Queue,
            """
                        if (_isClosed)
                        {
                            return new(RejectionReason.ShuttingDown);
                        }
            """,
            ""),
    ];
}
