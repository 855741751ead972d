using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>A stream with its random numbers. All arms meet the same arrivals, clients and work; what retries draw comes from a stream of its own.</summary>
internal sealed class StreamSource(TriageScenario scenario, int index, int seed)
{
    private const int FirstPurpose = 1000;
    private const int Purposes = 4;

    private readonly Random _arrivals = Draws.Of(seed, FirstPurpose + (index * Purposes));
    private readonly Random _work = Draws.Of(seed, FirstPurpose + (index * Purposes) + 1);
    private readonly Random _clients = Draws.Of(seed, FirstPurpose + (index * Purposes) + 2);
    private readonly Random _retries = Draws.Of(seed, FirstPurpose + (index * Purposes) + 3);

    public int Index { get; } = index;

    public TriageStream Stream { get; } = scenario.Streams[index];

    /// <summary>Counts the plans of the next arrival: an event with another number is stale.</summary>
    public int Plan { get; set; }

    /// <summary>Seconds until the next arrival; null when none comes in this phase.</summary>
    public double? NextArrival(int phase) =>
        scenario.Rate(Stream, phase) is > 0 and double rate ? -Math.Log(1 - _arrivals.NextDouble()) / rate : null;

    public int DrawClient() => Stream.Clients > 0 ? _clients.Next(Stream.Clients) : 0;

    /// <summary>What each service is to do for an attempt.</summary>
    public void DrawWork(Passage passage)
    {
        for (int step = 0; step < Stream.ServiceCount; step++)
        {
            passage.Work[step] = (Stream.Service ?? scenario.Service).Sample(passage.Attempt == 0 ? _work : _retries);
        }
    }

    /// <summary>Seconds until a client tries again.</summary>
    public double DrawBackoff(int attemptsBefore) => scenario.Clients.Backoff * (1 << attemptsBefore) * (0.5 + _retries.NextDouble());
}
