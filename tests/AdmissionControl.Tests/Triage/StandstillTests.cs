using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Triage;

/// <summary>All permits are held by work that hangs, and three requests a millisecond come.</summary>
public sealed class StandstillTests : IDisposable
{
    private const int Slots = 10;

    private readonly FakeTimeProvider _time = new();
    private readonly AdmissionController _controller;
    private readonly Plant _plant;

    public StandstillTests()
    {
        _controller = Policy.Build(_time, p => p.FixedConcurrency(Slots).ShedByPriority());
        for (int i = 0; i < Slots; i++)
        {
            Assert.True(_controller.TryAdmit(new AdmissionRequest(RequestPriority.Critical)).IsAdmitted);
        }

        _plant = new Plant(_controller, _time);
        _plant.Run(2000, 3, static () => new AdmissionRequest(RequestPriority.Low));
    }

    public void Dispose() => _controller.Dispose();

    [Fact]
    public void Pressure_NobodyIsServed_IsOne() => Assert.Equal((1.0, 3), (_controller.Pressure, _controller.DegradeLevel));

    [Fact]
    public void RetryAfter_NobodyIsServed_IsTheLongest()
    {
        AdmissionLease refusal = _plant.Ask(new AdmissionRequest(RequestPriority.Bulk)).Result;

        Assert.Equal(RejectionReason.Shed, refusal.Reason);
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90));
    }
}
