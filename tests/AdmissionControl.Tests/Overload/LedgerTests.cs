using AdmissionControl.Benchmarks.Overload;

namespace AdmissionControl.Tests.Overload;

public class LedgerTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Objective = TimeSpan.FromMilliseconds(50);

    private readonly Ledger _ledger = new();

    [Fact]
    public void Figures_OfEveryEnd_CountEachOnce()
    {
        Due(10);
        _ledger.Due(TimeSpan.FromMilliseconds(7), isSent: false);
        End(Answer.Served, 50, 51, 20, 10);
        End(Answer.Refused, 1, 1, 1, 1);
        End(Answer.Failed, 1, 1);

        LoadFigures figures = _ledger.Figures(Length, Objective);

        Assert.Equal(5.5, figures.OfferedPerSecond);
        Assert.Equal(1.5, figures.GoodputPerSecond);
        Assert.Equal(4 / 11.0, figures.RefusedShare);
        Assert.Equal(3 / 11.0, figures.LostShare);
        Assert.Equal(20, figures.AdmittedP50Ms);
        Assert.Equal(51, figures.AdmittedP99Ms);
        Assert.Equal(7, figures.LatenessP99Ms);
    }

    [Fact]
    public void Figures_OfNothing_AreEmpty() =>
        Assert.Equal(new LoadFigures(0, 0, 0, 0, null, null, 0), _ledger.Figures(Length, Objective));

    private void Due(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ledger.Due(TimeSpan.Zero, isSent: true);
        }
    }

    private void End(Answer answer, params double[] milliseconds)
    {
        foreach (double ms in milliseconds)
        {
            _ledger.Ended(answer, TimeSpan.FromMilliseconds(ms));
        }
    }
}
