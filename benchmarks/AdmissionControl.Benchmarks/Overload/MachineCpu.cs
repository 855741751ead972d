using System.Globalization;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>The processor time of the whole machine since its start, in ticks of the system: of all processes, and of all cores.</summary>
internal readonly record struct MachineCpu(long Busy, long Total)
{
    private const string File = "/proc/stat";
    private const int Idle = 3;
    private const int Waiting = 4;

    // Those after it, of guests, are counted in the first two as well.
    private const int Kinds = 8;

    /// <summary>Null where the system does not tell.</summary>
    public static MachineCpu? Read() => System.IO.File.Exists(File) ? Parse(System.IO.File.ReadLines(File).First()) : null;

    /// <summary>Null when it is not the first line of /proc/stat as Linux writes it.</summary>
    /// <param name="line">"cpu", then the ticks of each kind.</param>
    public static MachineCpu? Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length <= Kinds || words[0] != "cpu")
        {
            return null;
        }

        long[] ticks = [.. words.Skip(1).Take(Kinds).Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
        long total = ticks.Sum();
        return new MachineCpu(total - ticks[Idle] - ticks[Waiting], total);
    }
}
