using Microsoft.Extensions.Time.Testing;
using Storefront.Sop;
using Storefront.Wire;

namespace Storefront.Tests.Sop;

public sealed class SopModelTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SopModel _sop;

    public SopModelTests() => _sop = new SopModel(_clock);

    [Fact]
    public void Arrive_Idle_TakesServiceTime()
    {
        SopTicket ticket = _sop.Arrive();

        Assert.Equal(SopVerdict.Accepted, ticket.Verdict);
        Assert.Equal(SopModel.ServiceTime, ticket.DoneIn);
    }

    [Fact]
    public void Arrive_QueueFull_Refuses()
    {
        SopTicket[] accepted = [.. Enumerable.Range(0, SopModel.QueueLength + 1).Select(_ => _sop.Arrive())];

        Assert.All(accepted, ticket => Assert.Equal(SopVerdict.Accepted, ticket.Verdict));
        Assert.Equal(SopModel.ServiceTime * (SopModel.QueueLength + 1), accepted[^1].DoneIn);
        Assert.Equal(SopVerdict.Refused, _sop.Arrive().Verdict);
    }

    [Fact]
    public void Arrive_AtItsRateForAMinute_AcceptsAll()
    {
        for (int order = 0; order < 600; order++)
        {
            Assert.Equal(SopVerdict.Accepted, _sop.Arrive().Verdict);
            _clock.Advance(SopModel.ServiceTime);
        }

        Assert.Equal(0, _sop.Figures().Outages);
    }

    [Fact]
    public void Arrive_AtTwiceItsRate_RefusesButStands()
    {
        for (int order = 0; order < 400; order++)
        {
            _sop.Arrive();
            _clock.Advance(SopModel.ServiceTime / 2);
        }

        SopFigures figures = _sop.Figures();
        Assert.Equal(0, figures.Outages);
        Assert.True(figures.Refused > 0);
    }

    [Fact]
    public void Arrive_BeyondTwiceItsRate_FallsOverAndComesBackEmpty()
    {
        SopTicket first = Overrun();

        Assert.True(_sop.Figures().Dark);
        Assert.Equal(SopVerdict.Hanging, _sop.Arrive().Verdict);
        Assert.False(_sop.Complete(first));

        _clock.Advance(SopModel.OutageLength);
        SopFigures figures = _sop.Figures();
        Assert.False(figures.Dark);
        Assert.Equal(0, figures.InSystem);
        Assert.Equal(SopModel.OutageLength.TotalSeconds, figures.DarkSeconds);
        Assert.Equal(SopVerdict.Accepted, _sop.Arrive().Verdict);
    }

    [Fact]
    public void Complete_NoOutage_CountsTheOrder()
    {
        Assert.True(_sop.Complete(_sop.Arrive()));
        Assert.Equal(1, _sop.Figures().Served);
    }

    private SopTicket Overrun()
    {
        SopTicket first = _sop.Arrive();
        while (!_sop.Figures().Dark)
        {
            _sop.Arrive();
            _clock.Advance(TimeSpan.FromMilliseconds(40));
        }

        return first;
    }
}
