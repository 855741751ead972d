namespace AdmissionControl.TokenBuckets;

// What others want to know of a bucket before they take: nothing here changes it.
public sealed partial class TokenBucket
{
    /// <summary>How long the bucket has been full; null when it is not.</summary>
    internal TimeSpan? FullFor
    {
        get
        {
            TokenTimeline line = _current.Look(out long arrival);
            long units = line.ToUnitsOfTime(_clock.Precise) - arrival;
            return units >= 0 ? line.ToRetryAfter(units) : null;
        }
    }

    /// <summary>Whether <see cref="TryTake(int, out TimeSpan)"/> would succeed now, by the same readings. Takes nothing.</summary>
    internal bool Has(int permits, out TimeSpan retryAfter)
    {
        TokenTimeline line = _current.Look(out long arrival);
        if (permits > line.Burst)
        {
            retryAfter = TimeSpan.MaxValue;
            return false;
        }

        bool isPrecise = _isNearlyEmpty || _coarseTick == 0;
        while (true)
        {
            long now = line.ToUnitsOfTime(isPrecise ? _clock.Precise : _clock.Coarse);
            long lacking = Math.Max(arrival, now) + line.ToUnits(permits) - now - line.BurstUnits;
            if (lacking <= 0)
            {
                retryAfter = TimeSpan.Zero;
                return true;
            }

            if (isPrecise || IsRefused(line, lacking))
            {
                return Refuse(line, lacking, isPrecise, out retryAfter);
            }

            isPrecise = true;
        }
    }

    /// <summary>How long until these permits could be taken, if nobody else took any. Takes nothing.</summary>
    /// <param name="permits">Permits, which may exceed the burst: those ahead in a queue and the asker's own.</param>
    /// <param name="cost">The asker's own among them.</param>
    /// <param name="reserve">Permits that must remain.</param>
    internal TimeSpan TimeUntil(long permits, int cost, int reserve)
    {
        TokenTimeline line = _current.Look(out long arrival);
        if (cost > line.Burst)
        {
            return TimeSpan.MaxValue;
        }

        long now = line.ToUnitsOfTime(_clock.Precise);
        long next = Math.Max(arrival, now) + line.ToUnitsSaturated(permits);
        long lacking = next - now - Tolerance(line, cost, reserve);
        return lacking <= 0 ? TimeSpan.Zero : line.ToRetryAfter(lacking);
    }

    /// <summary>How long until these permits could be taken, on one coarse reading and widened by its error. Takes nothing.</summary>
    /// <param name="permits">Permits.</param>
    /// <param name="reserve">Permits that must remain.</param>
    internal TimeSpan CoarseTimeUntil(int permits, int reserve)
    {
        TokenTimeline line = _current.Look(out long arrival);
        if (permits > line.Burst)
        {
            return TimeSpan.MaxValue;
        }

        long now = line.ToUnitsOfTime(_clock.Coarse);
        long lacking = Math.Max(arrival, now) + line.ToUnits(permits) - now - Tolerance(line, permits, reserve);
        return lacking <= 0 ? TimeSpan.Zero : line.ToCoarseRetryAfter(lacking);
    }
}
