using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;
using static AdmissionControl.Tests.Concurrency.BulkheadPermits;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>What a bulkhead may be, and what is said about one that may not.</summary>
public class BulkheadsAddTests
{
    private static readonly TimeSpan LendAfter = TimeSpan.FromSeconds(1);

    private readonly DrivenClock _clock = new();

    [Theory]
    [InlineData(-1, null, 1000, "reserve", "from 0 to 6: the gate's limit is 10, of which others reserve 4")]
    [InlineData(7, null, 1000, "reserve", "from 0 to 6")]
    [InlineData(3, 2, 1000, "limit", "at least its reserve, 3")]
    [InlineData(0, 0, 1000, "limit", "at least 1")]
    [InlineData(3, 3, 99, "lendAfter", "from 00:00:00.1000000 to 1.00:00:00, or infinite")]
    public void Add_OutOfRange_NamesTheBulkheadAndWhatIsAllowed(int reserve, int? limit, int milliseconds, string option, string allowed)
    {
        Bulkheads all = Build(limit: 10);
        all.Add("one", reserve: 4);
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => all.Add("other", reserve, limit, TimeSpan.FromMilliseconds(milliseconds)));
        Assert.Equal(option, error.ParamName);
        Assert.Contains("'other'", error.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
        Assert.Equal("one", Assert.Single(all.All).Name);
    }

    [Fact]
    public void Add_NameTwiceOrNull_Throws()
    {
        Bulkheads all = Build(limit: 10);
        Bulkhead one = all.Add("one", reserve: 10, limit: 10);
        Assert.Throws<ArgumentException>(() => all.Add("one", reserve: 0));
        Assert.Throws<ArgumentNullException>(() => all.Add(null!, reserve: 0));
        Assert.Throws<ArgumentNullException>(() => new Bulkheads(null!));
        Assert.Equal(("one", 10, 10, LendAfter), (one.Name, one.Reserve, one.Limit, one.LendAfter));
        Assert.Equal(int.MaxValue, all.Add("other", reserve: 0).Limit);
    }

    [Fact]
    public void Add_ShorterTimeThanTheOthers_IsLentAfterIt()
    {
        Bulkheads all = Build(limit: 2);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.Equal(2, TakeAll(neighbour));
        Bulkhead brief = all.Add("brief", reserve: 1, lendAfter: LendAfter / 10);
        neighbour.Release();
        Assert.True(brief.TryAcquire());
        brief.Release();
        _clock.Advance(LendAfter / 10);
        Assert.True(neighbour.TryAcquire());
    }

    private Bulkheads Build(int limit) => new(new ConcurrencyGate(limit), _clock);
}
