namespace Storefront.Sop;

/// <summary>What SOP says to an arriving order.</summary>
/// <param name="Verdict">Accepted, refused at once, or left hanging.</param>
/// <param name="DoneIn">When accepted: time until the order is done.</param>
/// <param name="Outage">The number of outages when it was accepted; another one since has lost it.</param>
internal readonly record struct SopTicket(SopVerdict Verdict, TimeSpan DoneIn, int Outage)
{
    public static SopTicket Refuse => new(SopVerdict.Refused, TimeSpan.Zero, 0);

    public static SopTicket Hang => new(SopVerdict.Hanging, TimeSpan.Zero, 0);
}

/// <summary>The fate of an order at its arrival.</summary>
internal enum SopVerdict
{
    Accepted,
    Refused,
    Hanging,
}
