namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the table of keyed buckets.</summary>
internal static class BucketSetsBugs
{
    private const string Sets = "KeyedBuckets/BucketSets.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "sets: double grant, nobody looks whether a key has two entries",
            "sets: first requests of one key in two places",
            Sets,
            "        bool isDouble = !isKnown && undone < MostUndone && !BitOperations.IsPow2(Scan(hash));",
            "        bool isDouble = false;"),
        new(
            "sets: an entry is taken back although others have used it",
            "sets: an entry is used while it is to be taken back",
            Sets,
            "        return !(isLate || isDouble) || Interlocked.CompareExchange(ref word, 0, written) != written;",
            "        return !(isLate || isDouble) || Interlocked.Exchange(ref word, 0) < 0;"),
        new(
            "sets: two requests move the same debt",
            "sets: two entries become one while both are used",
            Sets,
            "        if (Interlocked.CompareExchange(ref second, 0, seen) == seen)",
            "        Interlocked.CompareExchange(ref second, 0, seen);"),
        new(
            "sets: a debt is written over another request's",
            "sets: two first requests of one key",
            Sets,
            "            if (Interlocked.CompareExchange(ref word, written, seen) != seen)",
            "            if (Interlocked.Exchange(ref word, written) < 0)"),
        new(
            "sets: a slow cleaner removes what was written in the new epoch",
            "sets: two clean after a long silence",
            Sets,
            "            if (Volatile.Read(ref epoch) != old)",
            "            if (Volatile.Read(ref epoch) < old)"),
        new(
            "sets: a debt begun in an old epoch stays and wraps",
            "sets: a request of an old reading meets a new epoch",
            Sets,
            "        bool isLate = Volatile.Read(ref EpochOf(hash)) - Epoch(now) > 1;",
            "        bool isLate = false;"),
    ];
}
