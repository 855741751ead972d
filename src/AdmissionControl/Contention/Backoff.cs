namespace AdmissionControl.Contention;

/// <summary>How long a thread stays away from a word that another has just changed under its hands: twice as long each time, within bounds.</summary>
/// <remarks>
/// A failed compare-and-swap means that another core holds the cache line and probably wants it again at once. Who steps back lets it do many operations on a line that
/// stays where it is, instead of paying for a transfer with each. The longest step is some microseconds (<see cref="Thread.SpinWait"/> scales its
/// iterations to the processor), so a thread that always loses is late by that, and never blocked. One instance an operation; not shared.
/// </remarks>
internal struct Backoff
{
    private const int Shortest = 16;
    private const int Longest = 256;

    private int _iterations;

    public void Wait()
    {
        _iterations = Math.Clamp(_iterations * 2, Shortest, Longest);
        Thread.SpinWait(_iterations);
    }
}
