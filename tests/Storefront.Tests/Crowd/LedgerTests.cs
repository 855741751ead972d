using Storefront.Crowd;
using Storefront.Wire;

namespace Storefront.Tests.Crowd;

public sealed class LedgerTests
{
    private static readonly Phase Flood = new("flood", 10, 1);

    private readonly Ledger _ledger = new();

    [Fact]
    public void Answer_TooLate_CountsAsGivenUp()
    {
        _ledger.Offer(RequestClass.Checkout, isRetry: false, TimeSpan.Zero);
        _ledger.Answer(RequestClass.Checkout, Answer.Served, Mix.Patience + TimeSpan.FromMilliseconds(1));

        ClassFigures total = _ledger.Figures(Flood, (0, TimeSpan.Zero)).Total;
        Assert.Equal((0L, 1L), (total.Served, total.GaveUp));
        Assert.InRange(total.P99WithGivenUpMs, 1990, 2010);
    }

    [Fact]
    public void Figures_RetriesAndLateness_AreKeptApart()
    {
        _ledger.Offer(RequestClass.Browse, isRetry: false, TimeSpan.FromMilliseconds(1));
        _ledger.Offer(RequestClass.Browse, isRetry: true, TimeSpan.FromMilliseconds(7));

        PhaseFigures figures = _ledger.Figures(Flood, (0, TimeSpan.Zero));
        Assert.Equal((1L, 1L), (figures.Total.Offered, figures.Total.Retries));
        Assert.InRange(figures.Generator.LatenessMaxMs, 6.9, 7.1);
        Assert.Equal(2, _ledger.Open);
    }

    [Fact]
    public void Take_Again_StartsAfresh()
    {
        _ledger.Offer(RequestClass.Browse, isRetry: false, TimeSpan.Zero);
        _ledger.Take(TimeSpan.FromSeconds(1));

        Assert.Equal(0, _ledger.Take(TimeSpan.FromSeconds(1)).Total.Offered);
    }
}
