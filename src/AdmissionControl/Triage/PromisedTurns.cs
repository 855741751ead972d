using System.Numerics;

namespace AdmissionControl.Triage;

/// <summary>Whose turn it is when each priority is promised a share of what is granted: normally the most important, and now and then one that is owed a turn.</summary>
/// <remarks>
/// Each grant credits those that wait with their share of it; who has a whole turn of credit is served next. A priority that does not wait saves nothing up. Not thread-safe: used under the queue's lock.
/// </remarks>
internal sealed class PromisedTurns(double[] shares)
{
    private readonly double[] _credits = new double[PriorityShares.Count];
    private double[] _shares = shares;

    /// <summary>The promised shares, in order of importance.</summary>
    public double[] Shares
    {
        get => Volatile.Read(ref _shares);
        set => Volatile.Write(ref _shares, value);
    }

    /// <summary>The priority to be served next.</summary>
    /// <param name="waiting">Those that wait, a bit each; not none.</param>
    public int Next(uint waiting)
    {
        int next = BitOperations.TrailingZeroCount(waiting);
        for (int i = next + 1; i < _credits.Length; i++)
        {
            if ((waiting & (1u << i)) != 0 && _credits[i] >= 1)
            {
                return i;
            }
        }

        return next;
    }

    /// <summary>Books a grant.</summary>
    /// <param name="priority">Who got it.</param>
    /// <param name="cost">How much.</param>
    /// <param name="waiting">Those that waited then.</param>
    public void Granted(RequestPriority priority, int cost, uint waiting)
    {
        double[] shares = Shares;
        for (int i = 0; i < _credits.Length; i++)
        {
            _credits[i] = (waiting & (1u << i)) == 0 ? 0 : _credits[i] + (shares[i] * cost);
        }

        // A turn is due at a credit of one, whatever it costs: the rest is owed. But who is served because nobody is more important owes no more than its last turn.
        _credits[(int)priority] = Math.Max(1 - cost, _credits[(int)priority] - cost);
    }

    /// <summary>The waiting places of a priority that no more important one takes from it.</summary>
    /// <param name="priority">The priority.</param>
    /// <param name="places">All places.</param>
    public int Places(RequestPriority priority, long places)
    {
        double share = Shares[(int)priority];
        return share == 0 ? 0 : (int)Math.Ceiling(share * places);
    }
}
