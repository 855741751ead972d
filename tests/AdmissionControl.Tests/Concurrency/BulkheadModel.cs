using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>
/// What the rules say about each answer, from nothing but what is in flight and who has asked when. It knows nothing of permits that are
/// held, claims or lending.
/// </summary>
internal sealed class BulkheadModel(Bulkhead[] bulkheads, int limit, DrivenClock clock)
{
    private const long NanosecondsPerTick = 100;

    private readonly int[] _inFlight = new int[bulkheads.Length];
    private readonly long[] _lastUse = [.. bulkheads.Select(_ => long.MinValue / 2)];

    private bool _wasCut;

    public int Limit
    {
        get;
        set
        {
            field = value;
            _wasCut |= value < bulkheads.Sum(b => b.Reserve);
        }
    }

    = limit;

    private int Sum => _inFlight.Sum();

    public int InFlight(int i) => _inFlight[i];

    /// <summary>Judges an answer; what belongs to a reserve only as long as the limit has covered all of them.</summary>
    public void Acquire(int i, int permits, bool isAdmitted)
    {
        int after = _inFlight[i] + permits;
        bool isAlone = Sum == 0 && permits > Limit;
        int needs = Sum + permits + NeededByOthers(i);
        if (isAdmitted)
        {
            Assert.True(after <= bulkheads[i].Limit, "Above its own limit.");
            Assert.True(Sum + permits <= Limit || isAlone, "Above the gate's limit.");
            Assert.True(_wasCut || after <= bulkheads[i].Reserve || needs <= Limit || isAlone, "Borrowed what a reserve in use needs.");
            _inFlight[i] = after;
            return;
        }

        bool isTooMuch = after > bulkheads[i].Limit || permits > Limit;
        Assert.True(_wasCut || isTooMuch || needs > Limit, "Refused although nobody needs what is free.");
        if (_inFlight[i] == 0 && !isTooMuch)
        {
            _lastUse[i] = clock.Now;
        }
    }

    public void Release(int i, int permits)
    {
        _inFlight[i] -= permits;
        if (_inFlight[i] == 0)
        {
            _lastUse[i] = clock.Now;
        }
    }

    /// <summary>Nothing is lost and nothing counted twice.</summary>
    public void Check(Bulkheads all)
    {
        Assert.Equal(_inFlight, bulkheads.Select(b => b.InFlight));
        Assert.Equal(Sum, all.InFlight);
        Assert.All(bulkheads, b => Assert.True(b.InFlight <= b.Held));
        Assert.Equal(bulkheads.Sum(b => b.Held), all.Gate.InFlight);
        Assert.Equal(bulkheads.Count(b => b.Read().IsClaiming), all.Gate.Waiters);
    }

    private int NeededByOthers(int i) => bulkheads
        .Where((b, j) => j != i && (_inFlight[j] > 0 || clock.Now < _lastUse[j] + (b.LendAfter.Ticks * NanosecondsPerTick)))
        .Sum(b => Math.Max(0, b.Reserve - b.InFlight));
}
