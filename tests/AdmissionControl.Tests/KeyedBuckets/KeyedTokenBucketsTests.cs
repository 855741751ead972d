using System.Net;
using AdmissionControl.Hashing;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.Policies;
using AdmissionControl.Tests.Timing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.KeyedBuckets;

public class KeyedTokenBucketsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_EachKey_HasABucketOfItsOwn()
    {
        var buckets = new KeyedTokenBuckets<string>(10, 2, 1 << 16, timeProvider: _time);
        Assert.True(buckets.TryTake("a", 2, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.Zero, retryAfter);
        Assert.False(buckets.TryTake("a", out retryAfter));
        Assert.InRange(retryAfter.TotalMilliseconds, 100, 100.002);
        Assert.Equal((0, 2), (buckets.AvailablePermits("a"), buckets.AvailablePermits("b")));
        Assert.True(buckets.TryTake("b"));
        buckets.Refund("b");
        Assert.Equal(2, buckets.AvailablePermits("b"));
        Assert.False(buckets.TryTake("b", 3, out retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
        _time.Advance(TimeSpan.FromMilliseconds(101));
        Assert.True(buckets.TryTake("a"));
        buckets.UpdateLimits(1, 5);
        Assert.Equal((1.0, 5), (buckets.PermitsPerSecond, buckets.Burst));
        Assert.Throws<ArgumentOutOfRangeException>(() => buckets.TryTake("a", 0, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => buckets.Refund("a", 0));
    }

    [Fact]
    public void Constructor_MemoryAsText_IsCutToAPowerOfTwo()
    {
        var buckets = new KeyedTokenBuckets<long>(10, 2, "100KB");
        Assert.Equal(64 * 1024 / 8, buckets.Capacity);
        Assert.InRange(buckets.MemoryBytes, 64 * 1024, (64 * 1024) + 1024);
    }

    [Theory]
    [InlineData(0, 1, 1024, "the rate must be from 1 a day to 1000000 a second")]
    [InlineData(double.NaN, 1, 1024, "the rate must be from 1 a day to 1000000 a second")]
    [InlineData(1_000_001, 1, 1024, "the rate must be from 1 a day to 1000000 a second")]
    [InlineData(1, 0, 1024, "the burst must be from 1 to 1000000")]
    [InlineData(1, 1_000_001, 1024, "the burst must be from 1 to 1000000")]
    [InlineData(1, 1, 1023, "from 1KB to 1GB")]
    [InlineData(1, 1, (1L << 30) + 1, "from 1KB to 1GB")]
    public void Constructor_OutOfRange_SaysWhatIsAllowed(double rate, int burst, long memory, string allowed) => Assert.Contains(
        allowed, Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedTokenBuckets<int>(rate, burst, memory)).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_TypeWithoutHasher_SaysWhichTypesHaveOne()
    {
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => new KeyedTokenBuckets<DateTime>(1, 1, 1024));
        Assert.Contains("DateTime", exception.Message, StringComparison.Ordinal);
        Assert.Contains("IPAddress", exception.Message, StringComparison.Ordinal);
        Assert.True(new KeyedTokenBuckets<DateTime>(1, 1, 1024, new DayHasher()).TryTake(DateTime.UnixEpoch));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedTokenBuckets<string>(1, 1, "lots"));
    }

    [Fact]
    public void Default_EveryBuiltInType_TellsKeysApart()
    {
        AssertTellsApart("", "a");
        AssertTellsApart(1, -1);
        AssertTellsApart(1u, 2u);
        AssertTellsApart(1L, 1L << 40);
        AssertTellsApart(1UL, 1UL << 63);
        AssertTellsApart(Guid.Empty, new Guid("00000000-0000-0000-0000-000000000001"));
        AssertTellsApart(IPAddress.Loopback, IPAddress.IPv6Loopback);

        static void AssertTellsApart<TKey>(TKey a, TKey b)
            where TKey : notnull
        {
            IKeyHasher<TKey> hasher = KeyHasher.Default<TKey>();
            Assert.Equal(hasher.Hash(a), hasher.Hash(a));
            Assert.NotEqual(hasher.Hash(a), hasher.Hash(b));
            Assert.NotEqual(hasher.Hash(a), KeyHasher.For<TKey>(new SipKey(1, 2)).Hash(a));
        }
    }

    [Fact]
    public void ForAddresses_Prefixes_MakeTheClient()
    {
        var buckets = new KeyedTokenBuckets<IPAddress>(1, 1, 1 << 16, KeyHasher.ForAddresses(ipv4PrefixLength: 24, ipv6PrefixLength: 48), _time);
        Assert.True(buckets.TryTake(IPAddress.Parse("192.0.2.1")));
        Assert.False(buckets.TryTake(IPAddress.Parse("192.0.2.9")));
        Assert.False(buckets.TryTake(IPAddress.Parse("::ffff:192.0.2.7")));
        Assert.True(buckets.TryTake(IPAddress.Parse("2001:db8:1:1::1")));
        Assert.False(buckets.TryTake(IPAddress.Parse("2001:db8:1:ffff::1")));
        Assert.True(buckets.TryTake(IPAddress.Parse("2001:db8:2::1")));
    }

    [Theory]
    [InlineData(1, 1024)]
    [InlineData(64, 1024)]
    [InlineData(65, 2048)]
    [InlineData(100_000, 2 << 20)]
    [InlineData(1 << 26, 1 << 30)]
    public void MemoryFor_Keys_IsTwiceTheirEntriesAsATableTakesIt(int keys, long bytes)
    {
        Assert.Equal(bytes, KeyedTokenBuckets.MemoryFor(keys));
        Assert.InRange(bytes / 8, 2L * keys, 1L << 27);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1 << 26) + 1)]
    public void MemoryFor_OutOfRange_Throws(int keys) => Assert.Throws<ArgumentOutOfRangeException>(() => KeyedTokenBuckets.MemoryFor(keys));

    [Fact]
    public void TryTake_Hit_AllocatesNothing()
    {
        var buckets = new KeyedTokenBuckets<string>(1000, 10, "1MB");
        buckets.TryTake("a");
        buckets.TryTake("a", out _);
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                buckets.TryTake("a", out _);
                buckets.Refund("a");
            }
        });

        Assert.InRange(bytes, 0, 1_000);
    }

    /// <summary>However many keys there are, the table is all the memory there is.</summary>
    [Fact]
    public void TryTake_TenMillionDistinctKeys_MemoryIsConstant()
    {
        // On a clock that stands still: on the system's, a slow machine would see keys whose permit has flowed in again.
        var buckets = new KeyedTokenBuckets<long>(1, 5, memoryBytes: 4 << 20, new CheapHasher(), new DrivenClock());
        buckets.TryTake(-1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int admitted = 0;
        for (long key = 0; key < 10_000_000; key++)
        {
            admitted += buckets.TryTake(key) ? 1 : 0;
        }

        Assert.Equal(10_000_000, admitted);

        // What the runtime may allocate for itself meanwhile is far below a byte a key.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);

        // All but those that fit; a few less when two keys share a bucket.
        Assert.InRange(buckets.LiveEvictions, 10_000_001 - buckets.Capacity - 100, 10_000_001 - buckets.Capacity + 100);
    }

    [Fact]
    public void Policy_RequestWithoutPartition_AlwaysPasses()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.RatePerPartition("1/s", burst: 1));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(controller.TryAdmit(default).IsAdmitted));
    }

    /// <summary>Rate and burst of partitions follow a reload, and what a partition owes stays; the size of the table needs a restart.</summary>
    [Fact]
    public void Policy_PartitionRateReloaded_TakesEffectInPlace()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.RatePerPartition("1/s", burst: 10));
        AdmissionRequest request = new() { Partition = PartitionKey.From("client"), Cost = 8 };
        Assert.True(controller.TryAdmit(request).IsAdmitted);
        Assert.True(controller.Update(PolicyPlan.From("test", Policy.Options(p => p.RatePerPartition("4/s", burst: 16)))));
        Assert.True(controller.TryAdmit(request).IsAdmitted);
        Assert.Equal(2, controller.TryAdmit(request).RetryAfter.TotalSeconds, 3);
        Assert.False(controller.Update(PolicyPlan.From("test", Policy.Options(p => p.RatePerPartition("4/s", burst: 16, memory: "2MB")))));
    }

    /// <summary>SplitMix64: as even as the keyed hash, and cheap without optimisation too. Anybody could predict it, which does not matter here.</summary>
    private sealed class CheapHasher : IKeyHasher<long>
    {
        public ulong Hash(long key)
        {
            ulong z = ((ulong)key + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    private sealed class DayHasher : IKeyHasher<DateTime>
    {
        public ulong Hash(DateTime key) => SipHash.Compute((ulong)key.Date.Ticks, SipKey.OfProcess);
    }
}
