namespace AdmissionControl.Policies;

/// <summary>Fairness among the clients (<see cref="AdmissionRequest.Partition"/>) of one priority: who uses much more than its fair share waits behind the others and is turned away before them.</summary>
/// <remarks>
/// The fair share is what is served, divided by the clients that ask. Usage is kept in a fixed amount of memory (104 KB), however many clients there are. It cannot help against attackers that
/// each ask for less than a user does: see docs/triage.md for what then does.
/// </remarks>
public sealed class FairnessOptions
{
    /// <summary>
    /// Permits a second up to which a client is never penalised for its usage, whatever its fair share is: 0 or more; default 0. A little above what one honest user asks for. Reloadable.
    /// </summary>
    public double AlwaysFairRate { get; set; }

    /// <summary>
    /// Whether clients that came at least twice, ten to twenty seconds apart or more, before the overload began, and within the last 10 to 20 minutes, go before those that did not, unless they use eight times as
    /// much. Default true. Reloadable.
    /// </summary>
    public bool PrefersKnownClients { get; set; } = true;
}
