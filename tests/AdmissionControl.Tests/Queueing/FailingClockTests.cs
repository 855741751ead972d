using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Queueing;

/// <summary>A clock of the user's that throws, once, at any of the moments at which a request that comes to wait looks at it.</summary>
public class FailingClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AdmitAsync_ClockThrows_LetsTheRequestThroughAndNobodyWaitsInItsPlace(int call)
    {
        var time = new FailingTime();
        using AdmissionController controller = Policy.Build(time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromHours(1)));
        AdmissionLease held = controller.TryAdmit(default);

        time.FailsAt = call;
        var asked = new Asked(controller.AdmitAsync(default));
        bool hasFailed = time.FailsAt <= 0;
        time.FailsAt = 0;

        // Two readings, and then it waits like any other.
        Assert.Equal(call <= 2, hasFailed);
        Assert.Equal(hasFailed, asked.IsCompleted);
        Assert.Equal((1, hasFailed ? 0 : 1), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        held.Complete(AdmissionOutcome.Success);
        asked.Result.Complete(AdmissionOutcome.Success);
        Assert.Equal((0, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    private sealed class FailingTime : FakeTimeProvider
    {
        /// <summary>The reading, from 1, that fails; none when not above 0.</summary>
        public int FailsAt { get; set; }

        public override long GetTimestamp() => FailsAt > 0 && --FailsAt == 0 ? throw new InvalidOperationException("The clock has stopped.") : base.GetTimestamp();
    }
}
