using System.Globalization;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What the server says of itself, some times a second: one line of its output.</summary>
/// <param name="Limit">The limit in force; null without one.</param>
/// <param name="InFlight">Requests that are past the limit and not answered yet.</param>
/// <param name="Witness">The host's witness; null when it has nothing to go by.</param>
/// <param name="Cpu">The processor time of the process so far.</param>
internal readonly record struct ServerSample(int? Limit, int InFlight, TimeSpan? Witness, TimeSpan Cpu)
{
    private const string Nothing = "-";

    public string ToLine()
    {
        string limit = Limit?.ToString(CultureInfo.InvariantCulture) ?? Nothing;
        string witness = Witness?.Ticks.ToString(CultureInfo.InvariantCulture) ?? Nothing;
        return string.Create(CultureInfo.InvariantCulture, $"{limit} {InFlight} {witness} {Cpu.Ticks}");
    }

    /// <exception cref="FormatException">It is no such line.</exception>
    public static ServerSample Parse(string line) => line.Split(' ') is [string limit, string inFlight, string witness, string cpu]
        ? new ServerSample(
            limit == Nothing ? null : int.Parse(limit, CultureInfo.InvariantCulture),
            int.Parse(inFlight, CultureInfo.InvariantCulture),
            witness == Nothing ? null : TimeSpan.FromTicks(long.Parse(witness, CultureInfo.InvariantCulture)),
            TimeSpan.FromTicks(long.Parse(cpu, CultureInfo.InvariantCulture)))
        : throw new FormatException($"'{line}' is not 'limit in-flight witness processor-time'.");
}
