using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AdmissionControl.Triage;

/// <summary>What each key used lately, and how many keys there are, in 32 KB: a count-min sketch of two rows, with conservative update. Keys are 64-bit keyed hashes.</summary>
/// <remarks>
/// A key has one cell in each row, which it shares with others; the smaller of the two is nearer to the truth. A charge raises only what is below the new estimate. Alone on its thread the sketch never
/// says less than the key's own usage, nor does it after a halving: the halves of two numbers, rounded down, are together at most half of their sum.
/// <para>
/// <b>Races.</b> Cells are plain words: an atomic operation on each would double the price of a charge, and let a client who asks from all cores at once fight for a line that all others then wait
/// for. Invariant: a cell never holds more than was charged to it. It holds because every value written is half of an earlier value of the cell, or at most an earlier value and the
/// writer's own charge, which is in no earlier value; words of 32 bits are never torn, nor are they as parts of an aligned vector. Two charges of one cell at the same moment may count as one,
/// and one at the moment of a halving may undo it for its cell or be lost with it. All this is a statistic, and what is wrong in it halves each second.
/// </para>
/// </remarks>
internal sealed class UsageSketch
{
    public const int RowLength = 1 << RowBits;

    private const int RowBits = 12;
    private const int Rows = 2;
    private const int CellBits = 32;

    private readonly uint[] _cells = new uint[Rows * RowLength];

    /// <summary>The keys that had used something at the last halving, estimated; at least 1.</summary>
    public uint ActiveKeys { get; private set; } = 1;

    /// <summary>What a key used, or more.</summary>
    public uint Estimate(ulong hash) => Math.Min(First(hash), Second(hash));

    /// <summary>Adds to what a key used, up to what a cell can hold.</summary>
    public void Charge(ulong hash, uint units)
    {
        ref uint first = ref First(hash);
        ref uint second = ref Second(hash);
        uint inFirst = first;
        uint inSecond = second;
        uint before = Math.Min(inFirst, inSecond);
        uint after = before + Math.Min(units, uint.MaxValue - before);
        if (inFirst < after)
        {
            first = after;
        }

        if (inSecond < after)
        {
            second = after;
        }
    }

    /// <summary>Halves all usage so many times, and counts who still had some before the last time.</summary>
    public void Halve(long times)
    {
        if (times > CellBits)
        {
            Array.Clear(_cells);
            ActiveKeys = 1;
            return;
        }

        int allButOne = (int)times - 1;
        Vector<uint> empty = Vector<uint>.Zero;
        foreach (ref Vector<uint> cells in MemoryMarshal.Cast<uint, Vector<uint>>(_cells.AsSpan()))
        {
            Vector<uint> before = Vector.ShiftRightLogical(cells, allButOne);
            empty -= Vector.Equals(before, Vector<uint>.Zero);
            cells = Vector.ShiftRightLogical(before, 1);
        }

        ActiveKeys = KeysBehind(Vector.Sum(empty));
    }

    /// <summary>
    /// Linear counting: n keys leave a cell of a row of m empty with a probability of (1 - 1/m)^n, so n is about -m ln(share of empty cells). Whang, Vander-Zanden and Taylor, "A linear-time
    /// probabilistic counting algorithm for database applications", ACM TODS 15(2), 1990. Good up to some 20,000 keys; beyond 37,000 no cell is empty and no more are told apart.
    /// </summary>
    private static uint KeysBehind(uint emptyCells)
    {
        double share = Math.Max(1, emptyCells) / (double)(Rows * RowLength);
        return Math.Max(1, (uint)Math.Round(-RowLength * Math.Log(share)));
    }

    // The masks keep the indexes within the array.
    private ref uint First(ulong hash) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_cells), (nuint)(hash & (RowLength - 1)));

    private ref uint Second(ulong hash) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_cells), (nuint)(RowLength | ((hash >> RowBits) & (RowLength - 1))));
}
