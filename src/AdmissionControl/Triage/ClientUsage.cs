namespace AdmissionControl.Triage;

/// <summary>Who has used how much lately, in 104 KB however many ask: a band of usage relative to the fair share, 0 for the light, 7 for the heavy.</summary>
/// <remarks>
/// Usage is what a client asked for, what is served is what all were granted, and both are halved each second; the fair share is what is served, divided by the clients that ask. A client is in the worse of
/// its own band and its group's, whose share is what is served, divided by the groups that ask. Then a client that was not seen in calm times before is three bands heavier than one that was, and an anonymous one four:
/// behind all others that use less than 8 or 16 times as much.
/// <para>
/// A client that keeps to <see cref="AlwaysFairRate"/> has a band of its own of 0. The rate is a promise to the client, so a heavy group still counts: else an attacker would divide a flood into clients that each
/// keep to it.
/// </para>
/// <para>
/// The sketch may say too much of a client whose cells are both shared with heavier ones, one in 1,700 among 100 clients that ask and one in 20 among 1,000; so these promises hold for nearly all, not for each.
/// </para>
/// <para>
/// Invariant: what was served is counted exactly, and halved once for each second that ends, before or after the sketches but by the same thread: the one whom <see cref="PeriodEnd"/> chose. Charges are
/// not exact when threads meet: see <see cref="UsageSketch"/>. While one thread halves, for some two microseconds, a band may be off by one. Thread-safe, lock-free; allocates nothing after construction.
/// </para>
/// </remarks>
internal sealed class ClientUsage
{
    public const int BandCount = UsageBand.Count;

    private const long Second = 1_000_000_000;
    private const int BandsForUnknown = 3;
    private const int BandsForAnonymous = 4;

    private readonly UsageSketch _clients = new();
    private readonly UsageSketch _groups = new();
    private readonly Newcomers _newcomers;
    private readonly KnownClients _known;
    private double _alwaysFairRate;
    private volatile bool _prefersKnownClients;
    private PeriodEnd _secondEnd;
    private ServedUnits _served;

    /// <param name="alwaysFairRate">See <see cref="AlwaysFairRate"/>.</param>
    /// <param name="prefersKnownClients">See <see cref="PrefersKnownClients"/>.</param>
    /// <param name="now">The present, in nanoseconds of the controller's clock.</param>
    public ClientUsage(double alwaysFairRate, bool prefersKnownClients, long now)
    {
        _alwaysFairRate = alwaysFairRate;
        _prefersKnownClients = prefersKnownClients;
        _newcomers = new Newcomers(now);
        _known = new KnownClients(now);
        _secondEnd = new PeriodEnd(Second, now);
    }

    /// <summary>Permits a second up to which a client is never penalised for its own usage; 0 for none. May change at any time.</summary>
    public double AlwaysFairRate
    {
        get => Volatile.Read(ref _alwaysFairRate);
        set => Volatile.Write(ref _alwaysFairRate, value);
    }

    /// <summary>Whether clients that were seen in calm times go before others. They are remembered either way. May change at any time.</summary>
    public bool PrefersKnownClients
    {
        get => _prefersKnownClients;
        set => _prefersKnownClients = value;
    }

    /// <summary>A request arrives. One without a client is not counted.</summary>
    /// <param name="client">Whose it is.</param>
    /// <param name="cost">The permits that it asks for, whether it gets them or not.</param>
    /// <param name="isCalm">Whether nobody is turned away just now. A client that comes again in calm times, ten to twenty seconds later or more, is known from then on.</param>
    /// <param name="now">The present, in nanoseconds.</param>
    public void Charge(PartitionKey client, int cost, bool isCalm, long now)
    {
        if (client.IsNone)
        {
            return;
        }

        HalveWhenDue(now);
        uint units = UsageUnits.Of(cost);
        _clients.Charge(client.Hash, units);
        if (client.GroupHash != 0)
        {
            _groups.Charge(client.GroupHash, units);
        }

        if (!isCalm)
        {
            _newcomers.EndCalm();
        }
        else if (_newcomers.HasComeBefore(client.Hash, now))
        {
            _known.Add(client.Hash, now);
        }
    }

    /// <summary>Permits were granted. To be called for requests with a client only, or the clients' share appears larger than it is.</summary>
    public void Served(int cost, long now)
    {
        HalveWhenDue(now);
        Interlocked.Add(ref _served.Count, UsageUnits.Of(cost));
    }

    /// <summary>The band of a client, from 0 to 7. Its request should be charged before.</summary>
    /// <param name="client">The client; without one the band is 0 before anonymity counts.</param>
    /// <param name="isAnonymous">Whether it has not proven who it is.</param>
    public int BandOf(PartitionKey client, bool isAnonymous)
    {
        int band = UsageBandOf(client);
        if (!client.IsNone && _prefersKnownClients && !_known.Contains(client.Hash))
        {
            band += BandsForUnknown;
        }

        return Math.Min(isAnonymous ? band + BandsForAnonymous : band, UsageBand.Heaviest);
    }

    private int UsageBandOf(PartitionKey client)
    {
        if (client.IsNone)
        {
            return 0;
        }

        ulong served = (ulong)Volatile.Read(ref _served.Count);
        uint usage = _clients.Estimate(client.Hash);
        int band = UsageBand.Of(usage, served, _clients.ActiveKeys);
        if (band > 0 && AlwaysFairRate is > 0 and double rate && usage <= UsageUnits.MostAt(rate))
        {
            band = 0;
        }

        return client.GroupHash == 0
            ? band
            : Math.Max(band, UsageBand.Of(_groups.Estimate(client.GroupHash), served, _groups.ActiveKeys));
    }

    private void HalveWhenDue(long now)
    {
        if (_secondEnd.TryPass(now, out long seconds))
        {
            Halve(seconds);
        }
    }

    private void Halve(long seconds)
    {
        HalveServed((int)Math.Min(seconds, 63));
        _clients.Halve(seconds);
        _groups.Halve(seconds);
    }

    /// <summary>By compare-and-swap, so that no grant is lost; it fails only when one came between.</summary>
    private void HalveServed(int times)
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref _served.Count);
        }
        while (Interlocked.CompareExchange(ref _served.Count, seen >> times, seen) != seen);
    }
}
