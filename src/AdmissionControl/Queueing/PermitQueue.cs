namespace AdmissionControl.Queueing;

/// <summary>Those who wait for permits of one bucket or gate, in order, without priorities: for the parts alone and the platform's limiters. A controller has a <see cref="WaitQueue"/>.</summary>
/// <remarks>
/// While nobody waits, taking needs no lock. One short lock guards the line and the timer; results are set after it was left. A waiter holds nothing. It is
/// announced to its source before it looks for permits, so a release either sees it or is seen by it. A call that comes while this very thread is inside (a
/// <see cref="TimeProvider"/> may run a due timer in the middle of a clock reading) leaves a note, and the one inside looks again. Thread-safe.
/// </remarks>
internal sealed class PermitQueue : IWaitQueue, IDisposable
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly IPermitSource _source;
    private readonly int _limit;
    private readonly bool _isNewestFirst;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _line = new();
    private int _waitingPermits;
    private int _takenPlaces;
    private int _count;
    private bool _isPumpDue;
    private bool _isClosed;

    /// <param name="source">Where permits come from.</param>
    /// <param name="limit">The most permits that may be waited for. Who waits for none, only to hear that there is one, takes a place too.</param>
    /// <param name="isNewestFirst">Whether the newest is served first, and displaces the oldest when the queue is full.</param>
    /// <param name="timeProvider">The clock of the source.</param>
    public PermitQueue(IPermitSource source, int limit, bool isNewestFirst, TimeProvider timeProvider)
    {
        _source = source;
        _limit = limit;
        _isNewestFirst = isNewestFirst;
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
        _timer = timeProvider.CreateTimer(static state => ((PermitQueue)state!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        source.Attach(this);
    }

    /// <summary>The permits that are waited for.</summary>
    public int WaitingPermits => Volatile.Read(ref _waitingPermits);

    /// <summary>Those who wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes permits now or not at all. While others wait, only the newest-first order lets a newcomer take any.</summary>
    public bool TryTake(int permits, out TimeSpan retryAfter)
    {
        if (Count == 0)
        {
            return _source.TryTake(permits, out retryAfter);
        }

        retryAfter = TimeSpan.Zero;
        if (!_isNewestFirst)
        {
            return false;
        }

        List<Waiter>? done = null;
        bool isTaken;
        lock (_lock)
        {
            _source.AddWaiter();
            isTaken = _source.TryGrant(permits, out retryAfter);
            if (!isTaken)
            {
                _source.RemoveWaiter();
            }

            Serve(ref done);
        }

        SetResults(done);
        return isTaken;
    }

    /// <summary>Takes permits, or waits for them.</summary>
    /// <returns>
    /// <see cref="RejectionReason.None"/> when taken; else <see cref="RejectionReason.QueueFull"/>, <see cref="RejectionReason.Displaced"/>,
    /// <see cref="RejectionReason.Cancelled"/>, <see cref="RejectionReason.ShuttingDown"/>, or <see cref="RejectionReason.Rate"/> when a lowered burst
    /// has made the permits more than can ever be there.
    /// </returns>
    public ValueTask<RejectionReason> TakeAsync(int permits, CancellationToken cancellationToken)
    {
        if (Count == 0 && _source.TryTake(permits, out _))
        {
            return new(RejectionReason.None);
        }

        List<Waiter>? done = null;
        Waiter waiter;
        lock (_lock)
        {
            if (_isClosed)
            {
                return new(RejectionReason.ShuttingDown);
            }

            int places = Places(permits);
            if (places > _limit || (!_isNewestFirst && places > _limit - _takenPlaces))
            {
                return new(RejectionReason.QueueFull);
            }

            while (places > _limit - _takenPlaces)
            {
                Finish(_line.First!.Value, RejectionReason.Displaced, ref done);
                _source.RemoveWaiter();
            }

            waiter = new Waiter(this, permits);
            _source.AddWaiter();
            waiter.Node = _line.AddLast(waiter);
            _waitingPermits += permits;
            _takenPlaces += places;
            _count++;
            Serve(ref done);
        }

        SetResults(done);
        waiter.CancelWith(cancellationToken);
        return new(waiter.Task);
    }

    public void Pump()
    {
        if (_lock.IsHeldByCurrentThread)
        {
            _isPumpDue = true;
            return;
        }

        List<Waiter>? done = null;
        lock (_lock)
        {
            Serve(ref done);
        }

        SetResults(done);
    }

    /// <summary>Ends every wait with <see cref="RejectionReason.ShuttingDown"/>, and lets nobody wait from now on.</summary>
    public void Dispose()
    {
        List<Waiter>? done = null;
        lock (_lock)
        {
            _isClosed = true;
            EndAll(ref done);
        }

        _source.Detach(this);
        _timer.Dispose();
        SetResults(done);
    }

    private void Cancel(Waiter waiter)
    {
        List<Waiter>? done = null;
        lock (_lock)
        {
            if (waiter.Node is not null)
            {
                Finish(waiter, RejectionReason.Cancelled, ref done);
                _source.RemoveWaiter();
            }

            // The next in line may ask for less.
            Serve(ref done);
        }

        SetResults(done);
    }

    private void EndAll(ref List<Waiter>? done)
    {
        while (_line.First is { } first)
        {
            Finish(first.Value, RejectionReason.ShuttingDown, ref done);
            _source.RemoveWaiter();
        }
    }

    private void Serve(ref List<Waiter>? done)
    {
        do
        {
            _isPumpDue = false;
            TimeSpan retryAfter = TimeSpan.Zero;
            while ((_isNewestFirst ? _line.Last : _line.First)?.Value is { } next)
            {
                if (_source.TryGrant(next.Permits, out retryAfter))
                {
                    Finish(next, RejectionReason.None, ref done);
                }
                else if (retryAfter == TimeSpan.MaxValue)
                {
                    Finish(next, RejectionReason.Rate, ref done);
                    _source.RemoveWaiter();
                }
                else
                {
                    break;
                }
            }

            if (retryAfter > TimeSpan.Zero && _line.Count > 0)
            {
                // Timers count in milliseconds and cut fractions off: round up, or the call comes before there is anything to grant.
                long milliseconds = Math.Clamp((retryAfter.Ticks + Millisecond.Ticks - 1) / Millisecond.Ticks, 1, int.MaxValue);
                _timer.Change(milliseconds * Millisecond, Timeout.InfiniteTimeSpan);
            }
        }
        while (_isPumpDue);
    }

    private void Finish(Waiter waiter, RejectionReason result, ref List<Waiter>? done)
    {
        _line.Remove(waiter.Node!);
        waiter.Node = null;
        waiter.Result = result;
        _waitingPermits -= waiter.Permits;
        _takenPlaces -= Places(waiter.Permits);
        _count--;
        (done ??= []).Add(waiter);
    }

    private static int Places(int permits) => Math.Max(1, permits);

    private static void SetResults(List<Waiter>? done) => done?.ForEach(static waiter => waiter.SetResult());

    private sealed class Waiter(PermitQueue queue, int permits)
    {
        private readonly TaskCompletionSource<RejectionReason> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenRegistration _registration;

        public int Permits => permits;

        /// <summary>Its place in the line; null once it has left.</summary>
        public LinkedListNode<Waiter>? Node { get; set; }

        public RejectionReason Result { get; set; }

        public Task<RejectionReason> Task => _completion.Task;

        /// <summary>Called outside the lock: a token that is cancelled already calls back at once.</summary>
        public void CancelWith(CancellationToken cancellationToken)
        {
            if (!cancellationToken.CanBeCanceled)
            {
                return;
            }

            _registration = cancellationToken.UnsafeRegister(static state => ((Waiter)state!).Cancel(), this);
            if (_completion.Task.IsCompleted)
            {
                _registration.Unregister();
            }
        }

        /// <summary>Called once, outside the lock. Unregistering does not wait for a callback that runs.</summary>
        public void SetResult()
        {
            _completion.SetResult(Result);
            _registration.Unregister();
        }

        private void Cancel() => queue.Cancel(this);
    }
}
