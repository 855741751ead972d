using AdmissionControl.Concurrency;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Concurrency;

public class FaultyAlgorithmTests
{
    [Theory]
    [InlineData(Fault.AfterThrows)]
    [InlineData(Fault.NoRule)]
    [InlineData(Fault.LimitThrows)]
    [InlineData(Fault.LimitIsNoNumber)]
    [InlineData(Fault.MaxLimitThrows)]
    [InlineData(Fault.MaxLimitBelowOne)]
    [InlineData(Fault.NextWindowThrows)]
    public void Complete_FaultyRule_ReleasesAndKeepsTheLimit(Fault fault)
    {
        var time = new FakeTimeProvider();
        var rule = new Sound(fault);
        using AdmissionController controller = Policy.Build(time, p => p.Concurrency(rule));
        for (int i = 0; i < 30; i++)
        {
            AdmissionLease lease = controller.TryAdmit(default);
            time.Advance(TimeSpan.FromSeconds(1));
            lease.Complete(AdmissionOutcome.Success);
        }

        Assert.Equal((0, 3), (controller.GetStatistics().InFlight, controller.GetStatistics().Limit));
        Assert.True(rule.Asked > 1, "Not one window was closed after the fault.");
    }

    /// <summary>A rule that is wrong from the start is bad input.</summary>
    [Theory]
    [InlineData(double.NaN, 10, "Limit is 'NaN'; it must be from 1 to its MaxLimit, which is 10")]
    [InlineData(0.5, 10, "Limit is '0.5'")]
    [InlineData(11, 10, "Limit is '11'")]
    [InlineData(1, 0, "MaxLimit is '0'; it must be at least 1")]
    public void Build_FirstRuleOutOfRange_SaysSo(double limit, int maxLimit, string message)
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(
            () => Policy.Build(new FakeTimeProvider(), p => p.Concurrency(new Fixed(limit, maxLimit))));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private sealed record Fixed(double Limit, int MaxLimit) : ILimitAlgorithm
    {
        public ILimitAlgorithm After(in LimitWindow window) => this;
    }

    public enum Fault
    {
        AfterThrows,
        NoRule,
        LimitThrows,
        LimitIsNoNumber,
        MaxLimitThrows,
        MaxLimitBelowOne,
        NextWindowThrows,
    }

    /// <summary>A rule whose own limit is sound; what comes after it is not.</summary>
    private sealed class Sound(Fault fault) : ILimitAlgorithm
    {
        public int Asked { get; private set; }

        public double Limit => 3;

        public int MaxLimit => 10;

        public ILimitAlgorithm After(in LimitWindow window)
        {
            Asked++;
            return fault switch
            {
                Fault.AfterThrows => throw new InvalidOperationException("A faulty rule."),
                Fault.NoRule => null!,
                _ => new Faulty(fault),
            };
        }
    }

    private sealed class Faulty(Fault fault) : ILimitAlgorithm
    {
        public double Limit => fault switch
        {
            Fault.LimitThrows => throw new InvalidOperationException("A faulty limit."),
            Fault.LimitIsNoNumber => double.NaN,
            _ => 5,
        };

        public int MaxLimit => fault switch
        {
            Fault.MaxLimitThrows => throw new InvalidOperationException("A faulty largest limit."),
            Fault.MaxLimitBelowOne => 0,
            _ => 10,
        };

        public LimitWindowSize? NextWindow => fault == Fault.NextWindowThrows ? throw new InvalidOperationException("A faulty window.") : null;

        public ILimitAlgorithm After(in LimitWindow window) => this;
    }
}
