namespace AdmissionControl.Concurrency;

/// <summary>
/// What a bulkhead has, in one word: permits in flight, permits of the gate that it holds for them and for its reserve, and whether it
/// claims the rest of its reserve.
/// </summary>
/// <param name="Value">31 bits in flight, 31 bits held, 1 bit for the claim.</param>
internal readonly record struct BulkheadWord(long Value)
{
    private const int HeldShift = 31;
    private const long Mask = (1L << HeldShift) - 1;
    private const long Claim = 1L << 62;

    public BulkheadWord(int inFlight, int held, bool isClaiming)
        : this(inFlight + ((long)held << HeldShift) + (isClaiming ? Claim : 0))
    {
    }

    public int InFlight => (int)(Value & Mask);

    public int Held => (int)((Value >> HeldShift) & Mask);

    /// <summary>Whether the gate counts the bulkhead among those who wait.</summary>
    public bool IsClaiming => Value >= Claim;

    /// <summary>Permits that are held and not in flight.</summary>
    public int Unused => Held - InFlight;

    /// <summary>The word with more permits in flight, of those that are held.</summary>
    public BulkheadWord Use(int permits) => new(Value + permits);

    /// <summary>The word with more permits held.</summary>
    public BulkheadWord Hold(int permits) => new(Value + ((long)permits << HeldShift));

    public BulkheadWord WithClaim(bool isClaiming) => new(InFlight, Held, isClaiming);
}
