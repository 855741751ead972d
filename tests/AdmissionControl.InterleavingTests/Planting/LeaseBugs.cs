namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the slots of leases.</summary>
internal static class LeaseBugs
{
    private const string Slot = "Leases/LeaseSlot.cs";
    private const string TryEnd = "    private bool TryEnd(long version) => Interlocked.CompareExchange(ref _version, version + 1, version) == version;";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "lease: double release, the version is looked at and changed in two steps",
            "lease: completed and disposed from three copies",
            Slot,
            TryEnd,
            """
                private bool TryEnd(long version)
                {
                    if (Volatile.Read(ref _version) != version)
                    {
                        return false;
                    }

                    Volatile.Write(ref _version, version + 1);
                    return true;
                }
            """),
        new(
            "lease: a stale copy ends the next lease, because any lease in the slot counts",
            "lease: a stale copy after its slot was used again",
            Slot,
            TryEnd,
            """
                private bool TryEnd(long version)
                {
                    long current = Volatile.Read(ref _version);
                    return (current & 1) != 0 && version > 0 && Interlocked.CompareExchange(ref _version, current + 1, current) == current;
                }
            """),
        new(
            "lease: release before hand-off, the slot is in the pool before what it held is given back",
            "lease: one ends while another begins in its slot",
            Slot,
            """
                    Owner!.Complete(this, thread, outcome, retryAfter);
                    if (_outer.IsAdmitted)
            """,
            """
                    thread.Leases.Return(this);
                    Owner!.Complete(this, thread, outcome, retryAfter);
                    if (_outer.IsAdmitted)
            """),
        new(
            "lease: put around another that has ended, the version is looked at and changed in two steps",
            "lease: put within another while it is reclaimed and its slot is used again",
            Slot,
            """
                    bool isMine = TryEnd(version);
                    if (isMine)
                    {
                        _outer = outer;
            """,
            """
                    bool isMine = Volatile.Read(ref _version) == version;
                    if (isMine)
                    {
                        Volatile.Write(ref _version, version + 1);
                        _outer = outer;
            """),
        new(
            "lease: who looks from outside believes an idle slot",
            "lease: found lost while it ends and its slot is used again",
            Slot,
            "        return (version & 1) != 0 && isOwned && Volatile.Read(ref _version) == version;",
            "        return isOwned && Volatile.Read(ref _version) == version;"),
    ];
}
