using System.Runtime.CompilerServices;
using AdmissionControl.InterleavingTests.Scheduling;
using AdmissionControl.KeyedBuckets;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>One set of the table of keyed buckets: what a key owes is never forgotten, never counted twice, and never held against a time that has wrapped.</summary>
internal static class BucketSetsScenarios
{
    private const long Epoch = 1L << BucketSets.EpochBits;
    private const long Now = (10 * Epoch) + 1000;

    public static IEnumerable<Scenario> All { get; } =
    [
        new("sets: two first requests of one key", TwoFirstRequests),
        new("sets: first requests of one key in two places", TwoPlaces, Preemptions: 3),
        new("sets: an entry is used while it is to be taken back", UsedWhileTakenBack, Preemptions: 3),
        new("sets: two entries become one while both are used", Uniting, Preemptions: 3),
        new("sets: a refund meets a request", RefundMeetsRequest, Preemptions: 4),
        new("sets: two clean after a long silence", TwoClean),
        new("sets: a request of an old reading meets a new epoch", OldReading),
        new("sets: two new keys in a full set", FullSet, Preemptions: 3),
    ];

    private static Play TwoFirstRequests()
    {
        var table = new Table();
        return new(() => table.Add(1, 6, most: 10), () => table.Add(1, 6, most: 10), () => table.Look(1))
        {
            AtEnd = () =>
            {
                table.MustOwe(1);
                Must.Equal(6, table.Granted(1), "granted to one key");
            },
        };
    }

    /// <summary>The second of the two begins after a place before the first one's choice has become free.</summary>
    private static Play TwoPlaces()
    {
        var table = new Table();
        table.Add(2, 5, most: 10);
        void FreeAndAdd()
        {
            table.Subtract(2, 5);
            table.Add(1, 6, most: 10);
        }

        return new(() => table.Add(1, 6, most: 10), FreeAndAdd)
        {
            AtEnd = () =>
            {
                table.MustOwe(1);
                Must.Equal(6, table.Granted(1), "granted to one key");
            },
        };
    }

    private static Play UsedWhileTakenBack()
    {
        var table = new Table();
        table.Add(2, 5, most: 10);
        void FreeAndAddTwice()
        {
            table.Subtract(2, 5);
            table.Add(1, 6, most: 100);
            table.Add(1, 8, most: 100);
        }

        return new(() => table.Add(1, 7, most: 100), FreeAndAddTwice) { AtEnd = () => table.MustOwe(1) };
    }

    /// <summary>Both entries are there from the beginning, as two requests that ran at the same moment may leave them.</summary>
    private static Play Uniting()
    {
        var table = new Table();
        table.PlantTwice(1, 5);
        return new(() => table.Add(1, 6, most: 100), () => table.Add(1, 7, most: 100)) { AtEnd = () => table.MustOwe(1) };
    }

    private static Play RefundMeetsRequest()
    {
        var table = new Table();
        table.Add(1, 5, most: 10);
        return new(() => table.Subtract(1, 5), () => table.Add(1, 4, most: 10)) { AtEnd = () => table.MustOwe(1) };
    }

    /// <summary>Both find the region far behind and clean it; what the faster one has added since must stay.</summary>
    private static Play TwoClean()
    {
        var table = new Table();
        table.Add(2, 5, most: 10);
        table.Time += 4 * Epoch;
        return new(() => table.Add(1, 6, most: 10), () => table.Add(3, 7, most: 10))
        {
            AtEnd = () =>
            {
                table.MustOwe(1);
                table.MustOwe(3);
            },
        };
    }

    /// <summary>A request that read its clock two epochs ago: it is told so, or its entry is right. Found later it would count as an immense debt.</summary>
    private static Play OldReading()
    {
        var table = new Table();
        return new(() => table.AddAt(Now, 1, 6), () => table.AddAt(Now + (2 * Epoch), 2, 6))
        {
            AtEnd = () =>
            {
                table.Time = Now + (4 * Epoch) + 500;
                Must.Equal(0, table.Look(1), "owed by a key that has long paid");
            },
        };
    }

    private static Play FullSet()
    {
        var table = new Table();
        for (ulong key = 11; key < 11 + BucketSets.Ways; key++)
        {
            table.Add(key, (long)key, most: 100);
        }

        return new(() => table.Add(1, 50, most: 100), () => table.Add(2, 60, most: 100))
        {
            AtEnd = () =>
            {
                table.MustOwe(1);
                table.MustOwe(2);
                int forgotten = Enumerable.Range(11, BucketSets.Ways).Count(key => table.Look((ulong)key) == 0);
                Must.Equal(2, forgotten, "keys that made room");
                Must.Equal(2, table.LiveEvictions, "keys that were counted as forgotten");
            },
        };
    }

    /// <summary>One set, and the book of what was granted to each key.</summary>
    private sealed class Table
    {
        private readonly StrongBox<long> _liveEvictions = new();
        private readonly BucketSets _sets;
        private readonly Dictionary<ulong, (long Granted, long Refunded)> _book = [];

        public Table() => _sets = new BucketSets(sets: 1, Now, _liveEvictions);

        public long Time { get; set; } = Now;

        public long LiveEvictions => _liveEvictions.Value;

        public void Add(ulong key, long units, long most) => Book(key, _sets.Add(Hash(key), Time, units, most, out _) == BucketAnswer.Done ? units : 0, 0);

        /// <summary>One try at a reading of the caller's own.</summary>
        public void AddAt(long reading, ulong key, long units) => _sets.Add(Hash(key), reading, units, most: 100, out _);

        public void Subtract(ulong key, long units)
        {
            Must.Equal(BucketAnswer.Done, _sets.Subtract(Hash(key), Time, units), "answer to a refund");
            Book(key, 0, units);
        }

        public long Look(ulong key)
        {
            _sets.Look(Hash(key), Time, out long owed);
            return owed;
        }

        public long Granted(ulong key) => _book[key].Granted;

        /// <summary>Two entries of one key, which no calls in a row can leave: one is copied in from a table in which the place before it was taken.</summary>
        public void PlantTwice(ulong key, long units)
        {
            const ulong Another = 99;
            var source = new BucketSets(sets: 1, Time, _liveEvictions);
            source.Add(Hash(Another), Time, 1, BucketSets.MostOwed, out _);
            source.Add(Hash(key), Time, units, BucketSets.MostOwed, out _);
            source.Subtract(Hash(Another), Time, 1);

            Add(key, units, BucketSets.MostOwed);
            source.CopyTo(Time, _sets, Time, owed => owed);
            Book(key, units, 0);
        }

        /// <summary>A request that owes nothing more shows what there is in all entries of the key, made one.</summary>
        public void MustOwe(ulong key)
        {
            _sets.Add(Hash(key), Time, units: 0, BucketSets.MostOwed, out long owed);
            (long granted, long refunded) = _book[key];
            Must.Equal(granted - refunded, owed, $"owed by key {key}");
        }

        private static ulong Hash(ulong key) => key << 32;

        private void Book(ulong key, long granted, long refunded)
        {
            (long Granted, long Refunded) now = _book.GetValueOrDefault(key);
            _book[key] = (now.Granted + granted, now.Refunded + refunded);
        }
    }
}
