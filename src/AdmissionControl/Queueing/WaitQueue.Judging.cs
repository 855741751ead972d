using AdmissionControl.Timing;
using AdmissionControl.Triage;

namespace AdmissionControl.Queueing;

/// <summary>Who may wait, and for whom somebody has to make room.</summary>
internal sealed partial class WaitQueue
{
    /// <summary>Whether a request may join the queue; if not, why. May name a less important waiter that makes room.</summary>
    private AdmissionLease Judge(in AdmissionRequest request, TriageLevel level, long now, out long expiresAt, out Waiter? victim)
    {
        QueueBounds bounds = Bounds;
        victim = null;
        expiresAt = AdmissionClock.Add(now, bounds.MaxWait);
        if (_isClosed)
        {
            return _controller.Refuse(request, RejectionReason.ShuttingDown);
        }

        if (request.DeadlineTimestamp != 0)
        {
            expiresAt = Math.Min(expiresAt, _clock.FromTimestamp(request.DeadlineTimestamp));
        }

        long ahead = _line.CostAheadOf(level);
        TimeSpan tokens = _stages.TokensDueIn(request, ahead);
        TimeSpan turn = _triage?.TurnBehind(ahead, bounds) ?? TimeSpan.Zero;
        TimeSpan wait = turn > tokens ? turn : tokens;
        if (expiresAt <= now)
        {
            return _controller.Refuse(request, RejectionReason.DeadlineUnreachable, wait);
        }

        if (wait.Ticks > (expiresAt - now) / TimeSpan.NanosecondsPerTick)
        {
            _triage?.FoundNoPlace();
            return _controller.Refuse(request, RejectionReason.DeadlineUnreachable, wait);
        }

        long places = _triage?.Places(bounds) ?? long.MaxValue;
        if (_line.Count >= bounds.MaxLength || _line.Cost >= places)
        {
            victim = _triage is null ? _line.LessImportantThan(level) : _triage.VictimOf(level, places);
            if (victim is null)
            {
                _triage?.FoundNoPlace();
                return _controller.Refuse(request, RejectionReason.QueueFull, wait);
            }
        }

        return default;
    }
}
