namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the bulkheads.</summary>
internal static class BulkheadBugs
{
    private const string One = "Concurrency/Bulkhead.cs";
    private const string Several = "Concurrency/Bulkheads.cs";
    private const string Gate = "Concurrency/ConcurrencyGate.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "bulkheads: lost wake-up, an owner does not look after its claim was announced",
            "bulkheads: an owner's claim meets a release",
            One,
            """
                                _all.LendIdle();
                                _all.Pump();
            """,
            "                    _all.LendIdle();"),
        new(
            "bulkheads: lost wake-up, a release looks for claims before it gives back",
            "bulkheads: an owner's claim meets a release",
            Gate,
            "        long occupancy = Interlocked.Add(ref _state.Occupancy, -permits);",
            """
                    long occupancy = Volatile.Read(ref _state.Occupancy);
                    Interlocked.Add(ref _state.Occupancy, -permits);
            """),
        new(
            "bulkheads: a claim is there before the gate knows",
            "bulkheads: an owner's claim meets a release",
            One,
            """
                    _gate.AddClaim();
                    bool isChanged = TryChange(word, after.WithClaim(true));
                    if (!isChanged)
                    {
                        _gate.RemoveClaim();
                    }
            """,
            """
                    bool isChanged = TryChange(word, after.WithClaim(true));
                    if (isChanged)
                    {
                        _gate.AddClaim();
                    }
            """),
        new(
            "bulkheads: double grant, what is free is looked at and taken in two steps",
            "bulkheads: borrowers meet an owner's return",
            Gate,
            "            long seen = Interlocked.CompareExchange(ref _state.Occupancy, occupancy + taken, occupancy);",
            """
                        long seen = occupancy;
                        Interlocked.Exchange(ref _state.Occupancy, occupancy + taken);
            """),
        new(
            "bulkheads: double grant, a word is written over another request's",
            "bulkheads: requests of one owner within its reserve",
            One,
            "        Interlocked.CompareExchange(ref _state.Word, to.Value, from.Value) == from.Value;",
            "        Interlocked.Exchange(ref _state.Word, to.Value) >= 0;"),
        new(
            "bulkheads: release before hand-off, a claim leaves the gate before its permit is taken",
            "bulkheads: a newcomer beside a claim",
            Several,
            "            int taken = Gate.TakeFree(lacking);",
            """
                        Gate.RemoveWaiter();
                        int taken = Gate.TakeFree(lacking);
                        Gate.AddWaiter();
            """),
        new(
            "bulkheads: release before hand-off, permits are back at the gate while the bulkhead still has them",
            "bulkheads: a newcomer beside a claim",
            One,
            """
                        if (TryChange(word, after))
                        {
                            if (word.Held > after.Held)
                            {
                                _gate.Release(word.Held - after.Held);
                            }

                            return true;
                        }
            """,
            """
                        if (word.Held > after.Held)
                        {
                            _gate.Release(word.Held - after.Held);
                        }

                        if (TryChange(word, after))
                        {
                            return true;
                        }
            """),
        new(
            "bulkheads: what a claim no longer lacks is lost",
            "bulkheads: two releases meet two claims",
            Several,
            "            if (rest > 0)",
            "            if (rest < 0)"),
        new(
            "bulkheads: a claim is filled beyond its reserve",
            "bulkheads: two releases meet two claims",
            One,
            "            int added = Math.Clamp(lacking, 0, permits);",
            "            int added = permits;"),
        new(
            "bulkheads: double grant, a reserve is lent although its owner has come back",
            "bulkheads: an idle reserve is lent while its owner returns",
            One,
            "        bool isTaken = after != word && TryChange(word, after);",
            "        bool isTaken = after != word && Interlocked.Exchange(ref _state.Word, after.Value) >= 0;"),
        new(
            "bulkheads: a claim that lapses is still counted by the gate",
            "bulkheads: a claim lapses while its permit comes back",
            One,
            "        if (isTaken && word.IsClaiming && !after.IsClaiming)",
            "        if (isTaken && word.IsClaiming && after.IsClaiming)"),
    ];
}
