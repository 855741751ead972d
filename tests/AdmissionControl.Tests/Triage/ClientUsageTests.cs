using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class ClientUsageTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 5 * Second;
    private static readonly PartitionKey[] Light = SeededKeys.Clients(1, 99, firstId: 1_000);
    private static readonly PartitionKey Client = SeededKeys.Client(1, 1);

    /// <summary>A hundred clients, served 1000 in all: the share is 10.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(19, 0)]
    [InlineData(21, 1)]
    [InlineData(39, 1)]
    [InlineData(41, 2)]
    [InlineData(81, 3)]
    [InlineData(161, 4)]
    [InlineData(321, 5)]
    [InlineData(641, 6)]
    [InlineData(1_281, 7)]
    [InlineData(10_000, 7)]
    [InlineData(int.MaxValue, 7)]
    public void BandOf_SomeTimesTheShare_IsItsLogarithm(int cost, int band) => Assert.Equal(band, AmongHundred(cost, Client).BandOf(Client, isAnonymous: false));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(21, 5)]
    [InlineData(41, 6)]
    [InlineData(81, 7)]
    [InlineData(161, 7)]
    [InlineData(10_000, 7)]
    public void BandOf_Anonymous_IsFourHeavier(int cost, int band) => Assert.Equal(band, AmongHundred(cost, Client).BandOf(Client, isAnonymous: true));

    /// <summary>Nor is it charged to whoever has the cells of a hash of zero.</summary>
    [Fact]
    public void BandOf_NoPartition_IsLightWhateverWasAsked()
    {
        PartitionKey atZero = SeededKeys.Client(1UL << 40);
        ClientUsage usage = AmongHundred(0, Client);
        usage.Charge(default, int.MaxValue, isCalm: true, Start + Second);
        Assert.Equal(0, usage.BandOf(atZero, isAnonymous: false));
        usage.Charge(atZero, int.MaxValue, isCalm: true, Start + Second);
        Assert.Equal(7, usage.BandOf(atZero, isAnonymous: false));
        Assert.Equal((0, 4), (usage.BandOf(default, isAnonymous: false), usage.BandOf(default, isAnonymous: true)));
    }

    [Fact]
    public void BandOf_NothingServed_IsLightForEverybody()
    {
        var usage = new ClientUsage(0, prefersKnownClients: false, Start);
        usage.Charge(Client, 1_000_000, isCalm: false, Start);
        usage.Charge(Client, 1_000_000, isCalm: false, Start + Second);
        Assert.Equal(0, usage.BandOf(Client, isAnonymous: false));
        usage.Served(1, Start + Second);
        Assert.Equal(7, usage.BandOf(Client, isAnonymous: false));
    }

    /// <summary>What is asked and what is served fade alike, so that who was heavy stays it, until neither is left.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(1_000_000)]
    public void BandOf_NobodyAsksAnyMore_StaysUntilAllIsForgotten(int pause)
    {
        ClientUsage usage = AmongHundred(641, Client);
        for (int second = 2; second <= 4; second++)
        {
            usage.Served(0, Start + (second * Second));
            Assert.Equal(6, usage.BandOf(Client, isAnonymous: false));
        }

        long later = Start + ((4 + pause) * Second);
        usage.Charge(Light[0], 0, isCalm: false, later);
        Assert.Equal(0, usage.BandOf(Client, isAnonymous: false));
        usage.Served(1, later);
        Assert.Equal(0, usage.BandOf(Client, isAnonymous: false));

        // Alone now, and measured by what is served now.
        usage.Charge(Client, 128, isCalm: false, later);
        Assert.Equal(7, usage.BandOf(Client, isAnonymous: false));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(70)]
    public void BandOf_AfterAGap_IsAsAfterSoManySeconds(int seconds)
    {
        ClientUsage atOnce = AmongHundred(641, Client);
        ClientUsage oneByOne = AmongHundred(641, Client);
        for (int second = 2; second <= seconds; second++)
        {
            oneByOne.Served(0, Start + (second * Second));
        }

        atOnce.Served(1, Start + (seconds * Second));
        oneByOne.Served(1, Start + (seconds * Second));
        Assert.All([Client, .. Light], c => Assert.Equal(oneByOne.BandOf(c, isAnonymous: false), atOnce.BandOf(c, isAnonymous: false)));
    }

    /// <summary>The client stops and the others go on.</summary>
    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 5)]
    [InlineData(3, 4)]
    [InlineData(6, 1)]
    [InlineData(7, 0)]
    [InlineData(30, 0)]
    public void BandOf_TheClientStopped_FallsByOneEachSecond(int seconds, int band)
    {
        ClientUsage usage = AmongHundred(641, Client);
        for (int second = 2; second <= seconds; second++)
        {
            // Half of the thousand is still there.
            KeepOn(usage, served: 500, Start + (second * Second));
        }

        Assert.Equal(band, usage.BandOf(Client, isAnonymous: false));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 1)]
    [InlineData(10.3, 0)]
    [InlineData(1_000, 0)]
    public void BandOf_WithinTheAlwaysFairRate_IsLight(double rate, int band)
    {
        ClientUsage usage = AmongHundred(21, Client);
        usage.AlwaysFairRate = rate;
        Assert.Equal(rate, usage.AlwaysFairRate);
        Assert.Equal(band, usage.BandOf(Client, isAnonymous: false));
        Assert.Equal(band, AmongHundred(21, Client, rate).BandOf(Client, isAnonymous: false));
    }

    /// <summary>One permit is a hundred times the share.</summary>
    [Theory]
    [InlineData(0, 6)]
    [InlineData(0.001, 0)]
    public void BandOf_OnePermit_IsLightUnlessThereIsNoAlwaysFairRate(double rate, int band)
    {
        var usage = new ClientUsage(rate, prefersKnownClients: false, Start);
        Assert.All(Light, client => usage.Charge(client, 1, isCalm: false, Start));
        usage.Served(1, Start + Second);
        usage.Charge(Client, 1, isCalm: false, Start + Second);
        Assert.Equal(band, usage.BandOf(Client, isAnonymous: false));
    }

    /// <summary>Ten a second, in one burst or evenly, are never penalised while 1 a second is the share.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void BandOf_AlwaysAtTheFairRate_IsLightAtEveryMoment(int burst)
    {
        var usage = new ClientUsage(10, prefersKnownClients: false, Start);
        bool isBusy = false;
        for (int i = 0; i < 200; i++)
        {
            long now = Start + (i * Second / 10);
            usage.Served(1, now);
            usage.Charge(Light[i % 10], 30, isCalm: false, now);
            isBusy |= usage.BandOf(Light[i % 10], isAnonymous: false) > 0;
            for (int j = 0; i % burst == 0 && j < burst; j++)
            {
                usage.Charge(Client, 1, isCalm: false, now);
                Assert.Equal(0, usage.BandOf(Client, isAnonymous: false));
            }
        }

        Assert.True(isBusy);
    }

    /// <summary>Twenty groups, served 1000: a group's share is 50. The client itself is light.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(90, 0)]
    [InlineData(101, 1)]
    [InlineData(1_601, 5)]
    [InlineData(10_000, 7)]
    public void BandOf_AGroupThatIsHeavy_CountsForItsMembers(int asked, int band)
    {
        PartitionKey member = SeededKeys.Client(1, 1, group: SeededKeys.Hash(2, 0));
        PartitionKey other = SeededKeys.Client(1, 2, group: SeededKeys.Hash(2, 0));
        ClientUsage usage = AmongTwentyGroups(asked, other);
        Assert.Equal(band, usage.BandOf(member, isAnonymous: false));
        Assert.Equal(0, usage.BandOf(SeededKeys.Client(1, 1), isAnonymous: false));

        // The promise is the client's and not the group's.
        usage.AlwaysFairRate = 1_000_000;
        Assert.Equal(band, usage.BandOf(member, isAnonymous: false));
    }

    [Fact]
    public void BandOf_AHeavyClientInALightGroup_IsHeavy()
    {
        PartitionKey member = SeededKeys.Client(1, 1, group: SeededKeys.Hash(2, 0));

        // Nine times the share of a client of 119, and less than twice that of a group of twenty.
        Assert.Equal(3, AmongTwentyGroups(80, member).BandOf(member, isAnonymous: false));
    }

    [Theory]
    [InlineData(21, 1)]
    [InlineData(81, 3)]
    [InlineData(641, 6)]
    public void BandOf_NotSeenInCalmTimes_IsThreeHeavierWherePreferred(int cost, int band)
    {
        ClientUsage known = AmongHundred(WithKnown(Client), cost, Client);
        ClientUsage stranger = AmongHundred(cost, Client, prefersKnownClients: true);
        Assert.Equal((band, Math.Min(7, band + 4)), (known.BandOf(Client, isAnonymous: false), known.BandOf(Client, isAnonymous: true)));
        Assert.Equal((Math.Min(7, band + 3), 7), (stranger.BandOf(Client, isAnonymous: false), stranger.BandOf(Client, isAnonymous: true)));
        stranger.PrefersKnownClients = false;
        Assert.False(stranger.PrefersKnownClients);
        Assert.Equal(band, stranger.BandOf(Client, isAnonymous: false));
    }

    /// <summary>A flood begins before anybody can know that it is one: who came but once in the calm, or again before a whole period had passed, is a stranger.</summary>
    [Theory]
    [InlineData(9, true, 6)]
    [InlineData(19, true, 6)]
    [InlineData(20, true, 3)]
    [InlineData(20, false, 6)]
    public void BandOf_SeenInCalmTimes_IsKnownWhenItCameAgainAfterAWholePeriod(int secondsLater, bool isCalmStill, int band)
    {
        long first = Start - (100 * Second);
        var usage = new ClientUsage(0, prefersKnownClients: true, first);
        usage.Charge(Client, 1, isCalm: true, first);
        usage.Charge(Client, 1, isCalm: isCalmStill, first + (secondsLater * Second));
        usage.Charge(Light[0], 1, isCalm: true, first + (secondsLater * Second));
        usage.Served(0, Start - Second);
        Assert.Equal(band, AmongHundred(usage, 81, Client).BandOf(Client, isAnonymous: false));
    }

    /// <summary>An overload that lasts for hours does not make strangers of those who were there before.</summary>
    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 6)]
    public void BandOf_SeenLongAgo_IsKnownUntilItIsCalmAgain(bool isCalmAgain, int band)
    {
        const long Hour = 3600 * Second;
        ClientUsage usage = WithKnown(Client, Start - (3 * Hour));
        usage.Charge(Light[0], 1, isCalm: false, Start - (2 * Hour));
        usage.Charge(Light[0], 1, isCalm: isCalmAgain, Start - Hour);
        usage.Charge(Light[0], 1, isCalm: isCalmAgain, Start - Hour + (20 * Second));
        usage.Served(0, Start - Second);
        Assert.Equal(band, AmongHundred(usage, 81, Client).BandOf(Client, isAnonymous: false));
    }

    [Fact]
    public void ChargeAndServed_FloodOfTheLargestCosts_StayAtTheMost()
    {
        ClientUsage usage = AmongHundred(0, Client);
        for (int i = 0; i < 100_000; i++)
        {
            usage.Charge(Client, int.MaxValue, isCalm: false, Start + Second);
            Assert.Equal(7, usage.BandOf(Client, isAnonymous: false));
        }

        // Then so much is served that even this is no more than anybody's share.
        for (int i = 0; i < 1_000_000; i++)
        {
            usage.Served(int.MaxValue, Start + Second);
        }

        Assert.Equal(0, usage.BandOf(Client, isAnonymous: false));
    }

    [Fact]
    public void AnyCall_FloodOfStrangers_AllocatesNothing()
    {
        var usage = new ClientUsage(1, prefersKnownClients: true, Start);
        int id = 0;
        Assert.Equal(0, Allocated.In(() =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                PartitionKey client = PartitionKey.From(id++).Within(PartitionKey.From(id));
                usage.Charge(client, 1, isCalm: id % 2 == 0, Start + (id * Second / 10));
                usage.Served(1, Start + (id * Second / 10));
                usage.BandOf(client, isAnonymous: false);
            }
        }));
    }

    private static ClientUsage WithKnown(PartitionKey client, long at = Start - (100 * Second))
    {
        var usage = new ClientUsage(0, prefersKnownClients: true, at);
        usage.Charge(client, 1, isCalm: true, at);
        usage.Charge(client, 1, isCalm: true, at + (20 * Second));
        usage.Served(0, Start - Second);
        return usage;
    }

    private static ClientUsage AmongHundred(int cost, PartitionKey client, double alwaysFairRate = 0, bool prefersKnownClients = false) =>
        AmongHundred(new ClientUsage(alwaysFairRate, prefersKnownClients, Start - Second), cost, client);

    /// <summary>All ask; a second later, when it is known how many they are, a thousand are served.</summary>
    private static ClientUsage AmongHundred(ClientUsage usage, int cost, PartitionKey client)
    {
        foreach (PartitionKey one in (PartitionKey[])[client, .. Light])
        {
            usage.Charge(one, 1, isCalm: false, Start);
        }

        KeepOn(usage, served: 1000, Start + Second);
        usage.Charge(client, cost, isCalm: false, Start + Second);
        return usage;
    }

    private static void KeepOn(ClientUsage usage, int served, long now)
    {
        usage.Served(served, now);
        foreach (PartitionKey one in Light)
        {
            usage.Charge(one, 1, isCalm: false, now);
        }
    }

    private static ClientUsage AmongTwentyGroups(int asked, PartitionKey by)
    {
        var usage = new ClientUsage(0, prefersKnownClients: false, Start);
        PartitionKey[] members = [.. Enumerable.Range(0, 120).Select(i => SeededKeys.Client(1, 1_000 + i, group: SeededKeys.Hash(2, i % 20)))];
        Assert.All(members, m => usage.Charge(m, 1, isCalm: false, Start));
        usage.Served(1000, Start + Second);
        usage.Charge(by, asked, isCalm: false, Start + Second);
        return usage;
    }
}
