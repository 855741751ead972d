using AdmissionControl.Benchmarks.Overload;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Overload;

public class HostFiguresTests
{
    private const int Cores = 2;

    private static readonly FakeTimeProvider Clock = new();

    [Fact]
    public void Of_Observations_AreMeansMediansAndShares()
    {
        HostFigures figures = Of(
            At(0, limit: 20, inFlight: 2, witnessMs: null, serverCpu: 5, generatorCpu: 1, new MachineCpu(100, 1_000)),
            At(1, limit: 15, inFlight: 4, witnessMs: 9, serverCpu: 5.5, generatorCpu: 1.2, new MachineCpu(200, 1_200)),
            At(2, limit: 10, inFlight: 9, witnessMs: 30, serverCpu: 7, generatorCpu: 1.4, new MachineCpu(340, 1_400)));

        Assert.Equal(10, figures.Limit);
        Assert.Equal(5, figures.InFlight);
        Assert.Equal(9, figures.WitnessMs);
        Assert.Equal(0.5, figures.ServerShare, 6);
        Assert.Equal(0.1, figures.GeneratorShare, 6);
        Assert.Equal(0, figures.OthersShare!.Value, 6);
    }

    [Fact]
    public void Of_MoreBusyThanTheTwo_SharesTheRestToOthers()
    {
        HostFigures figures = Of(
            At(0, null, 0, null, serverCpu: 0, generatorCpu: 0, new MachineCpu(0, 0)),
            At(1, null, 0, null, serverCpu: 1, generatorCpu: 0.1, new MachineCpu(80, 100)));

        Assert.Equal(0.8 - 0.55, figures.OthersShare!.Value, 6);
        Assert.Null(figures.Limit);
        Assert.Null(figures.WitnessMs);
    }

    [Fact]
    public void Of_ASystemThatDoesNotTell_KnowsNothingOfOthers() =>
        Assert.Null(Of(At(0, null, 0, null, 0, 0, machine: null), At(1, null, 0, null, 0, 0, machine: null)).OthersShare);

    [Fact]
    public void Of_AServerThatFellSilent_Throws() =>
        Assert.Throws<InvalidOperationException>(() => Of(At(0, null, 0, null, 0, 0, machine: null)));

    private static HostFigures Of(params Observation[] observations) => HostFigures.Of(observations, Clock.GetElapsedTime, Cores);

    private static Observation At(
        double seconds, int? limit, int inFlight, double? witnessMs, double serverCpu, double generatorCpu, MachineCpu? machine)
    {
        TimeSpan? witness = witnessMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        var server = new ServerSample(limit, inFlight, witness, TimeSpan.FromSeconds(serverCpu));
        return new Observation((long)(seconds * Clock.TimestampFrequency), server, TimeSpan.FromSeconds(generatorCpu), machine);
    }
}
