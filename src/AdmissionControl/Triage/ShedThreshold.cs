using System.Numerics;
using System.Runtime.CompilerServices;

namespace AdmissionControl.Triage;

/// <summary>The level above which requests are turned away without a look at the queue, and the levels of late from which it is chosen. Of the level at the boundary a share passes.</summary>
/// <remarks>
/// Looking and counting those who are turned away take no lock. Counts are plain additions: two threads at the same moment may lose one, which does not matter to a distribution. All else is called
/// under the queue's lock.
/// </remarks>
internal sealed class ShedThreshold
{
    // The distribution forgets an eighth with each window.
    private const float Kept = 7f / 8;

    // What is known is kept in blocks of the levels of a band, of which a calm queue sees a few only.
    private const int BlockLength = AdmissionRequest.CohortCount;
    private const ulong AllBlocks = (1UL << (TriageLevel.Count / BlockLength)) - 1;

    private const int ShareBits = 16;
    private const int Everybody = TriageLevel.Count << ShareBits;
    private const uint GoldenRatio = 0x9E3779B9;

    // Of many more than these in a window only some are counted, so that threads do not fight for the counts.
    private const int Enough = 8192;

    private readonly int[] _fresh = new int[TriageLevel.Count];
    private readonly float[] _history = new float[TriageLevel.Count];
    private ulong _knownBlocks;
    private int _bound = Everybody;
    private uint _skipped;

    /// <summary>Whether anybody is turned away.</summary>
    public bool IsActive => Volatile.Read(ref _bound) < Everybody;

    /// <summary>The levels below this pass, and of the one that it is in as large a share as it is into it.</summary>
    public double Boundary => Volatile.Read(ref _bound) / (double)(1 << ShareBits);

    /// <summary>Whether one is to be turned away.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="turn">A number that grows by one with each that this thread asks about. Multiples of the golden ratio take any share of a level evenly.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Sheds(TriageLevel level, uint turn) => ((level.Value << ShareBits) | (int)((turn * GoldenRatio) >> ShareBits)) >= Volatile.Read(ref _bound);

    /// <summary>Counts one who is turned away.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="turn">As for <see cref="Sheds"/>. Counted are whole rounds of the cohorts, which are dealt by the same number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountShed(TriageLevel level, uint turn)
    {
        uint skipped = Volatile.Read(ref _skipped);
        if ((turn / AdmissionRequest.CohortCount & skipped) == 0)
        {
            _fresh[level.Value] += (int)skipped + 1;
        }
    }

    /// <summary>Counts one who comes to the queue.</summary>
    public void CountPassed(TriageLevel level)
    {
        _fresh[level.Value]++;
        _knownBlocks |= 1UL << (level.Value / BlockLength);
    }

    /// <summary>Forgets the levels that were counted: of hours of short waits nothing may be left when an overload begins. Used while nobody is turned away.</summary>
    public void Forget()
    {
        for (; _knownBlocks != 0; _knownBlocks &= _knownBlocks - 1)
        {
            int first = BitOperations.TrailingZeroCount(_knownBlocks) * BlockLength;
            Array.Clear(_fresh, first, BlockLength);
            Array.Clear(_history, first, BlockLength);
        }
    }

    /// <summary>Ends a window: folds its levels into the older ones, and chooses the threshold anew.</summary>
    /// <param name="excess">The share of the arrivals that is too much, from 0 to 1; with 0 nobody is turned away.</param>
    public void Set(double excess)
    {
        _knownBlocks = AllBlocks;
        int arrived = 0;
        double total = 0;
        for (int i = 0; i < _history.Length; i++)
        {
            arrived += _fresh[i];
            total += _history[i] = (_history[i] * Kept) + _fresh[i];
            _fresh[i] = 0;
        }

        Volatile.Write(ref _skipped, BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, arrived / Enough)) - 1);
        Volatile.Write(ref _bound, excess > 0 ? Bound((1 - excess) * total) : Everybody);
    }

    private int Bound(double passing)
    {
        int level = 0;
        for (; level < _history.Length && _history[level] <= passing; level++)
        {
            passing -= _history[level];
        }

        // Whatever is too much, the most important level passes.
        return level == _history.Length ? Everybody : Math.Max(1 << ShareBits, (level << ShareBits) + (int)(passing / _history[level] * (1 << ShareBits)));
    }
}
