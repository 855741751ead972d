namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>One wish of a client, over all its attempts.</summary>
/// <param name="source">The stream that it is of.</param>
/// <param name="client">Which of the stream's clients; 0 when it has none.</param>
/// <param name="arrivedAt">When it first came, nanoseconds.</param>
/// <param name="phase">In which phase.</param>
internal sealed class Caller(StreamSource source, int client, long arrivedAt, int phase)
{
    public StreamSource Source { get; } = source;

    public int Client { get; } = client;

    public long ArrivedAt { get; } = arrivedAt;

    public int Phase { get; } = phase;
}
