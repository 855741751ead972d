namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the striped bucket and its stripes.</summary>
internal static class StripedTokenBucketBugs
{
    private const string Bucket = "TokenBuckets/StripedTokenBucket.cs";
    private const string Stripe = "TokenBuckets/PermitStripe.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "striped: double grant, takers write what they have read",
            "striped: takers of the last permits of one stripe",
            Stripe,
            "            int seen = Interlocked.CompareExchange(ref _held, held - permits, held);",
            """
                        int seen = held;
                        Interlocked.Exchange(ref _held, held - permits);
            """),
        new(
            "striped: double grant, a claim overlooks a take",
            "striped: takers fill one stripe",
            Stripe,
            "            int seen = Interlocked.CompareExchange(ref _held, Claimed, held);",
            """
                        int seen = held;
                        Interlocked.Exchange(ref _held, Claimed);
            """),
        new(
            "striped: two fill one stripe, because nobody claims it",
            "striped: takers fill one stripe",
            Bucket,
            """
                    if (!stripe.TryClaim(out int held))
                    {
                        return;
                    }

                    // The claim
            """,
            """
                    int held = stripe.Held;

                    // The claim
            """),
        new(
            "striped: release before hand-off, a stripe is opened before its permits are paid",
            "striped: takers fill one stripe",
            Bucket,
            "        bool isFilled = held < batch && _shared.TryTake(batch - held, reserve, out _);",
            """
                    stripe.Release(batch);
                    bool isFilled = held < batch && _shared.TryTake(batch - held, reserve, out _);
            """),
        new(
            "striped: a fill is counted after its stripe is open",
            "striped: a fill meets a refusal elsewhere",
            Bucket,
            """
                    if (isFilled)
                    {
                        _fills.Increment();
                    }

                    Release(ref stripe, isFilled ? batch : held, batch);
            """,
            """
                    Release(ref stripe, isFilled ? batch : held, batch);
                    if (isFilled)
                    {
                        _fills.Increment();
                    }
            """),
        new(
            "striped: who saw the stripes empty counts the fills afterwards",
            "striped: a fill meets a refusal elsewhere",
            Bucket,
            "            _fills.SeenEmptyAt(fills);",
            "            _fills.SeenEmptyAt(_fills.Count);"),
        new(
            "striped: who is refused forgets what it gathered",
            "striped: a gathering meets a taker",
            Bucket,
            "isTaken ? rest : hands[i], batch);",
            "rest, batch);"),
        new(
            "striped: double grant, who gathers does not claim",
            "striped: a gathering meets a taker",
            Bucket,
            "            if (Stripe(mine + looked++).TryClaim(out hand) && hand > 0)",
            "            if ((hand = Stripe(mine + looked++).Held) > 0)"),
        new(
            "striped: who fills does not see that the limits have changed",
            "striped: new limits meet a fill",
            Bucket,
            "(now = Volatile.Read(ref _batch)) != batch;",
            "(now = batch) != batch;"),
        new(
            "striped: who fills looks at the limits before the stripe is open",
            "striped: new limits meet a fill",
            Bucket,
            """
                    stripe.Release(held);

            """,
            """
                    if (Volatile.Read(ref _batch) == batch)
                    {
                        stripe.Release(held);
                        return;
                    }

                    stripe.Release(held);

            """),
        new(
            "striped: stripes are emptied before the old batch is out of force",
            "striped: new limits meet a fill",
            Bucket,
            """
                        Interlocked.Exchange(ref _batch, 0);
                        foreach (ref PermitStripe stripe in _stripes.AsSpan())
                        {
                            Trim(ref stripe, batch: 0);
                        }
            """,
            """
                        foreach (ref PermitStripe stripe in _stripes.AsSpan())
                        {
                            Trim(ref stripe, batch: 0);
                        }

                        Interlocked.Exchange(ref _batch, 0);
            """),
        new(
            "striped: new limits do not wait for each other",
            "striped: new limits meet new limits",
            Bucket,
            "        lock (_changes)",
            "        lock (new Lock())"),
    ];
}
