namespace AdmissionControl.Tests.Hosting;

/// <summary>The reference: it forgets nothing, and works everything out anew.</summary>
internal sealed class DelayHistoryModel(int length)
{
    private readonly List<Item> _items = [];

    private Item? Waiting => _items.SingleOrDefault(i => i.Delay is null);

    public bool TryPost(TimeSpan now, bool isIdle)
    {
        if (Waiting is { } waiting)
        {
            waiting.TicksThatFoundItWaiting++;
            return false;
        }

        _items.Add(new Item(now) { Delay = isIdle ? TimeSpan.Zero : null });
        return !isIdle;
    }

    public void Ran(TimeSpan now)
    {
        if (Waiting is { } waiting)
        {
            waiting.Delay = now - waiting.PostedAt;
        }
    }

    public void Withdraw() => _items.RemoveAll(i => i.Delay is null);

    public TimeSpan? MedianAt(TimeSpan now)
    {
        TimeSpan[] ran =
        [
            .. _items.Where(i => i.Delay is not null).SelectMany(i => Enumerable.Repeat(i.Delay!.Value, 1 + i.TicksThatFoundItWaiting)),
        ];
        TimeSpan[] waiting = Waiting is { } item ? [.. Enumerable.Repeat(now - item.PostedAt, item.TicksThatFoundItWaiting)] : [];
        TimeSpan[] medians = [.. Median(ran), .. Median([.. ran, .. waiting])];
        return medians.Length == 0 ? null : medians.Max();
    }

    private TimeSpan[] Median(TimeSpan[] delays)
    {
        TimeSpan[] last = [.. delays.TakeLast(length).Order()];
        return last.Length == 0 ? [] : [last[(last.Length - 1) / 2]];
    }

    private sealed class Item(TimeSpan postedAt)
    {
        public TimeSpan PostedAt { get; } = postedAt;

        public int TicksThatFoundItWaiting { get; set; }

        public TimeSpan? Delay { get; set; }
    }
}
