using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class CohortKeyTests
{
    private const string Secret = "a secret of some length";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    [Fact]
    public void Constructor_NoSecret_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => new CohortKey(null!));
        Assert.Throws<ArgumentNullException>(() => new CohortKey(Secret).CohortOf(null!, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fifteen letters")]
    public void Constructor_ShortSecret_ThrowsAndSaysHowLongItMustBe(string secret)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new CohortKey(secret));
        Assert.Contains("at least 16", error.Message, StringComparison.Ordinal);
        Assert.Contains(secret.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.NotNull(new CohortKey(secret.PadRight(16, 'x')));
    }

    [Fact]
    public void CohortOf_TheSameSecret_IsTheSameInEveryService()
    {
        CohortKey here = new(Secret);
        CohortKey there = new(new string([.. Secret]));
        for (int user = 0; user < 500; user++)
        {
            Assert.Equal(here.CohortOf(user, Now), there.CohortOf(user, Now));
            Assert.Equal(here.CohortOf($"user {user}", Now), there.CohortOf($"user {user}", Now));
        }
    }

    /// <summary>By chance one in 128 agrees: of 2,000 some sixteen, and never forty.</summary>
    [Fact]
    public void CohortOf_AnotherSecret_HasNothingToDoWithIt()
    {
        CohortKey one = new(Secret);
        CohortKey other = new(Secret + ".");
        Assert.InRange(Enumerable.Range(0, 2000).Count(user => one.CohortOf(user, Now) == other.CohortOf(user, Now)), 1, 40);
        Assert.InRange(Enumerable.Range(0, 2000).Count(user => one.CohortOf($"{user}", Now) == CohortKey.OfProcess.CohortOf($"{user}", Now)), 1, 40);
    }

    [Fact]
    public void OfProcess_AskedTwice_IsOneKey() => Assert.Same(CohortKey.OfProcess, CohortKey.OfProcess);

    /// <summary>Chi-square of 127 degrees of freedom: mean 127, standard deviation 16. 220 is beyond five of them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CohortOf_ManyUsers_AreDealtEvenly(int seed)
    {
        var key = new CohortKey($"{Secret} {seed}");
        Assert.InRange(ChiSquare(user => key.CohortOf((long)user, Now)), 60, 220);
        Assert.InRange(ChiSquare(user => key.CohortOf($"user-{user}@example.org", Now)), 60, 220);
        Assert.InRange(ChiSquare(user => CohortEpoch.CohortOf(SeededKeys.Hash(seed, user), Now.ToUnixTimeSeconds())), 60, 220);
    }

    /// <summary>One user's cohorts from hour to hour are as good as drawn, too.</summary>
    [Fact]
    public void CohortOf_OneUserOverManyHours_IsDrawnEvenly()
    {
        var key = new CohortKey(Secret);
        ulong hash = SeededKeys.Hash(7, 1);
        Assert.InRange(ChiSquare(hour => key.CohortOf(42, Now.AddHours(hour))), 60, 220);
        Assert.InRange(ChiSquare(hour => CohortEpoch.CohortOf(hash, Now.ToUnixTimeSeconds() + (hour * 3600L))), 60, 220);
    }

    [Fact]
    public void CohortOf_TwoHoursInSteps_ChangesOnceAnHourAtMostAndAtAMomentOfItsOwn()
    {
        var key = new CohortKey(Secret);
        HashSet<int> moments = [];
        int unchanged = 0;
        for (int user = 0; user < 300; user++)
        {
            int[] changes = [.. Enumerable.Range(1, 7199).Where(s => key.CohortOf(user, Now.AddSeconds(s)) != key.CohortOf(user, Now.AddSeconds(s - 1)))];
            Assert.InRange(changes.Length, 0, 2);
            Assert.True(changes.Length < 2 || changes[1] - changes[0] == 3600);
            unchanged += changes.Length < 2 ? 1 : 0;
            moments.UnionWith(changes.Take(1).Select(s => s / 60 % 60));
        }

        // One in 128 draws its old cohort again. The moments fill the hour: sixty minutes, nearly all of them hit by 300 users.
        Assert.InRange(unchanged, 0, 15);
        Assert.True(moments.Count > 50, $"Only {moments.Count} minutes of the hour have a change.");
    }

    [Fact]
    public void EpochOf_AnyUser_EndsAfterAnHourAndAtTheRemainderOfItsHash()
    {
        for (int i = 0; i < 1000; i++)
        {
            ulong hash = SeededKeys.Hash(3, i);
            long begins = 3600 * 500_000L - (long)(hash % 3600);
            ulong epoch = CohortEpoch.Of(hash, begins);
            Assert.Equal((epoch - 1, epoch, epoch + 1), (CohortEpoch.Of(hash, begins - 1), CohortEpoch.Of(hash, begins + 3599), CohortEpoch.Of(hash, begins + 3600)));
        }
    }

    /// <summary>The client's own cohort holds for the same hour as any.</summary>
    [Fact]
    public void CohortOfAHash_WithinItsHour_IsStable()
    {
        for (int i = 0; i < 200; i++)
        {
            ulong hash = SeededKeys.Hash(4, i);
            long begins = 3600 * 500_000L - (long)(hash % 3600);
            int cohort = CohortEpoch.CohortOf(hash, begins);
            Assert.Equal((cohort, cohort), (CohortEpoch.CohortOf(hash, begins + 1800), CohortEpoch.CohortOf(hash, begins + 3599)));
        }

        Assert.InRange(
            Enumerable.Range(0, 2000).Select(i => SeededKeys.Hash(5, i)).Count(h => CohortEpoch.CohortOf(h, 1_790_000_000) == CohortEpoch.CohortOf(h, 1_790_003_600)), 1, 40);
    }

    private static double ChiSquare(Func<int, int> cohortOf)
    {
        const int Draws = 128 * 100;
        int[] counts = new int[AdmissionRequest.CohortCount];
        for (int i = 0; i < Draws; i++)
        {
            counts[cohortOf(i)]++;
        }

        return counts.Sum(count => (count - 100) * (count - 100) / 100.0);
    }
}
