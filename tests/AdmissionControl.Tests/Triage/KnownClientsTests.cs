using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class KnownClientsTests
{
    private const long Minute = 60_000_000_000;
    private const long Start = 7 * Minute;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Contains_FiveThousandKnown_TakesFewStrangersForKnown(int seed)
    {
        var known = new KnownClients(Start);
        for (int i = 0; i < 5_000; i++)
        {
            known.Add(SeededKeys.Hash(seed, i), Start);
        }

        Assert.All(Enumerable.Range(0, 5_000), i => Assert.True(known.Contains(SeededKeys.Hash(seed, i))));
        Assert.InRange(Strangers(known, seed), 0.001, 0.02);
        for (int i = 5_000; i < 10_000; i++)
        {
            known.Add(SeededKeys.Hash(seed, i), Start);
        }

        Assert.InRange(Strangers(known, seed), 0.02, 0.1);
    }

    /// <summary>The second five thousand come ten minutes later: each filter holds its own.</summary>
    [Fact]
    public void Contains_FiveThousandInEachFilter_TakesFewStrangersForKnown()
    {
        var known = new KnownClients(Start);
        for (int i = 0; i < 10_000; i++)
        {
            known.Add(SeededKeys.Hash(1, i), i < 5_000 ? Start : Start + (10 * Minute));
        }

        Assert.All(Enumerable.Range(0, 10_000), i => Assert.True(known.Contains(SeededKeys.Hash(1, i))));
        Assert.InRange(Strangers(known, 1), 0.001, 0.05);
    }

    [Theory]
    [InlineData(0, 10, true)]
    [InlineData(0, 19, true)]
    [InlineData(0, 20, false)]
    [InlineData(9, 10, true)]
    [InlineData(9, 19, true)]
    [InlineData(9, 20, false)]
    [InlineData(10, 20, true)]
    [InlineData(10, 29, true)]
    [InlineData(10, 30, false)]
    [InlineData(9, 30, false)]
    [InlineData(9, 40, false)]
    [InlineData(9, 1_000, false)]
    [InlineData(9, 1_010, false)]
    public void Contains_AfterSomeMinutes_ForgetsWithinTenToTwenty(int seenAt, int minute, bool isKnown)
    {
        var known = new KnownClients(Start);
        ulong client = SeededKeys.Hash(1, 1);
        known.Add(client, Start + (seenAt * Minute));
        known.Add(SeededKeys.Hash(1, 2), Start + (minute * Minute));
        Assert.Equal(isKnown, known.Contains(client));
        Assert.True(known.Contains(SeededKeys.Hash(1, 2)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(19)]
    [InlineData(35)]
    public void Contains_OthersComeAllTheTime_ForgetsWithinTenToTwenty(int seenAt)
    {
        var known = new KnownClients(Start);
        ulong client = SeededKeys.Hash(1, 1);
        for (int minute = 0; minute < 100; minute++)
        {
            known.Add(SeededKeys.Hash(1, 2), Start + (minute * Minute));
            if (minute == seenAt)
            {
                known.Add(client, Start + (minute * Minute));
            }

            Assert.Equal(minute >= seenAt && minute / 10 < (seenAt / 10) + 2, known.Contains(client));
        }
    }

    [Fact]
    public void Contains_SeenAgainAndAgain_StaysKnown()
    {
        var known = new KnownClients(Start);
        ulong client = SeededKeys.Hash(1, 1);
        for (int minute = 0; minute < 200; minute += 9)
        {
            known.Add(client, Start + (minute * Minute));
            known.Add(SeededKeys.Hash(1, 2), Start + ((minute + 8) * Minute));
            Assert.True(known.Contains(client));
        }
    }

    private static double Strangers(KnownClients known, int seed)
    {
        const int Asked = 50_000;
        return Enumerable.Range(1_000_000, Asked).Count(i => known.Contains(SeededKeys.Hash(seed, i))) / (double)Asked;
    }
}
