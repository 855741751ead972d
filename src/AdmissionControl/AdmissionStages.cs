using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.RateLimiting;
using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;
using AdmissionControl.Triage;

namespace AdmissionControl;

/// <summary>
/// The stages of a policy, in the one order in which they are asked: partition, triage, rate, concurrency, and the platform's limiter if there is one. All or nothing: a
/// later stage's refusal gives back what an earlier one took.
/// </summary>
/// <remarks>Lock-free. Thread-safe.</remarks>
internal sealed class AdmissionStages(BucketTable? partitions, PriorityShares shares, TokenBucket? bucket, ConcurrencyGate gate, LastStage? last = null)
{
    private PriorityShares _shares = shares;

    public BucketTable? Partitions { get; } = partitions;

    public TokenBucket? Bucket { get; } = bucket;

    public ConcurrencyGate Gate { get; } = gate;

    /// <summary>Whether a platform's limiter is asked last, whose permits cannot be given back.</summary>
    public bool HasLastStage => last is not null;

    public PriorityShares Shares
    {
        get => Volatile.Read(ref _shares);
        set => Volatile.Write(ref _shares, value);
    }

    /// <summary>Whether triage lets a newcomer pass: it has a free permit within its share, and nobody waits for one. Takes nothing, and reads no clock.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shares">The shares in force.</param>
    /// <param name="allowed">What it is allowed of the gate.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasPermit(in AdmissionRequest request, out PriorityShares shares, out int allowed)
    {
        shares = Shares;
        allowed = shares.Allowed(request.Priority, Gate.Limit);
        return Gate.CanAcquire(request.Cost, allowed);
    }

    /// <summary>Whether there is no permit for anybody, so that nothing but triage is left to ask. Not of one whose partition has a rate: its own fault comes first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsFullFor(in AdmissionRequest request) => Gate.IsFull && (Partitions is null || request.Partition.IsNone);

    /// <summary>Takes everything that a newcomer needs, after triage has let it pass.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shares">The shares that let it pass.</param>
    /// <param name="allowed">What it is allowed of the gate.</param>
    /// <param name="now">A reading of the clock, coarse or precise, or <see cref="AdmissionClock.Unread"/>.</param>
    /// <param name="inFlight">Permits in flight afterwards.</param>
    /// <param name="platformLease">What the platform's limiter gave, to be disposed with the lease.</param>
    /// <param name="retryAfter">When to come back, as far as the refusing stage knows.</param>
    /// <returns><see cref="RejectionReason.None"/> when everything was taken; else the first stage that refused.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RejectionReason TryTake(
        in AdmissionRequest request,
        PriorityShares shares,
        int allowed,
        long now,
        out int inFlight,
        out RateLimitLease? platformLease,
        out TimeSpan retryAfter)
    {
        platformLease = null;
        inFlight = 0;
        retryAfter = TimeSpan.Zero;
        if (IsLimited(request.Partition) && !Partitions.TryTake(request.Partition.Hash, request.Cost, out retryAfter))
        {
            return RejectionReason.PartitionRate;
        }

        if (Bucket is not null && !TryTakeTokens(Bucket, request, shares, now, out retryAfter))
        {
            RefundPartition(request.Cost, request.Partition);
            return RejectionReason.Rate;
        }

        if (!TryAcquire(request, allowed, out inFlight))
        {
            // Somebody was faster, or began to wait.
            RefundTokens(request.Cost, request.Partition);
            return NoPermit(request, allowed);
        }

        if (last is not null && !last.TryAcquire(request, request.Cost, out platformLease, out retryAfter))
        {
            RefundTokens(request.Cost, request.Partition);
            if (!request.HoldsNoPermit)
            {
                Gate.Release(request.Cost);
            }

            return RejectionReason.LastStage;
        }

        return RejectionReason.None;
    }

    /// <summary>
    /// Why triage refuses. It looks before any stage takes anything, so that what it refuses costs nobody a token; the caller's own fault still comes first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RejectionReason WhyNoPermit(in AdmissionRequest request, int allowed, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        return IsLimited(request.Partition) && !Partitions.Has(request.Partition.Hash, request.Cost, out retryAfter)
            ? RejectionReason.PartitionRate
            : NoPermit(request, allowed);
    }

    /// <summary>Takes everything that one who is served under the queue's lock needs. While anybody waits, nobody else takes permits meanwhile.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isWaiter">Whether it is counted as a waiter, and so leaves the waiters with its grant.</param>
    /// <param name="inFlight">Permits in flight afterwards.</param>
    /// <param name="platformLease">What the platform's limiter gave, to be disposed with the lease.</param>
    /// <param name="retryAfter">When the refusing stage will have what it lacks; zero when that takes a completion.</param>
    /// <returns><see cref="RejectionReason.None"/> when everything was taken; else what lacks.</returns>
    public RejectionReason TryGrant(
        in AdmissionRequest request, bool isWaiter, out int inFlight, out RateLimitLease? platformLease, out TimeSpan retryAfter)
    {
        platformLease = null;
        PriorityShares shares = Shares;
        int allowed = shares.Allowed(request.Priority, Gate.Limit);
        inFlight = 0;
        retryAfter = TimeSpan.Zero;
        if (!Gate.CanGrant(request.Cost, allowed))
        {
            return NoPermit(request, allowed);
        }

        if (IsLimited(request.Partition) && !Partitions.TryTake(request.Partition.Hash, request.Cost, out retryAfter))
        {
            return RejectionReason.PartitionRate;
        }

        if (Bucket is not null && !Bucket.TryTake(request.Cost, shares.Reserve(request.Priority, Bucket.Burst), out retryAfter))
        {
            RefundPartition(request.Cost, request.Partition);
            return RejectionReason.Rate;
        }

        // Nobody else takes permits while somebody waits, so the gate below cannot refuse any more.
        if (last is not null && !last.TryAcquire(request, request.Cost, out platformLease, out retryAfter))
        {
            RefundTokens(request.Cost, request.Partition);
            return RejectionReason.LastStage;
        }

        if (request.HoldsNoPermit)
        {
            if (isWaiter)
            {
                Gate.RemoveWaiter();
            }

            inFlight = Gate.InFlight;
            return RejectionReason.None;
        }

        inFlight = isWaiter ? Gate.Grant(request.Cost) : Gate.Enter(request.Cost);
        return RejectionReason.None;
    }

    /// <summary>Whether there is no permit for a request, whoever waits.</summary>
    public bool LacksPermit(in AdmissionRequest request) => !Gate.CanGrant(request.Cost, Shares.Allowed(request.Priority, Gate.Limit));

    /// <summary>What a request lacks now: as <see cref="TryGrant"/>, or as a newcomer finds it, but takes nothing.</summary>
    public RejectionReason WhatLacks(in AdmissionRequest request, bool isWaiter, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        int allowed = Shares.Allowed(request.Priority, Gate.Limit);
        if (!(isWaiter ? Gate.CanGrant(request.Cost, allowed) : Gate.CanAcquire(request.Cost, allowed)))
        {
            return NoPermit(request, allowed);
        }

        if (IsLimited(request.Partition) && !Partitions.Has(request.Partition.Hash, request.Cost, out retryAfter))
        {
            return RejectionReason.PartitionRate;
        }

        retryAfter = TokensDueIn(request, ahead: 0);
        if (retryAfter > TimeSpan.Zero)
        {
            return RejectionReason.Rate;
        }

        return last is null || last.Has(request, out retryAfter) ? RejectionReason.None : RejectionReason.LastStage;
    }

    /// <summary>Permits that a request of this priority could take now.</summary>
    public long AvailablePermits(RequestPriority priority)
    {
        PriorityShares shares = Shares;
        long permits = Math.Max(0, (long)shares.Allowed(priority, Gate.Limit) - Gate.InFlight);
        if (Bucket is not null)
        {
            // A full bucket gives to anyone.
            int tokens = Bucket.AvailablePermits;
            permits = Math.Min(permits, tokens == Bucket.Burst ? tokens : Math.Max(0, tokens - shares.Reserve(priority, Bucket.Burst)));
        }

        return permits;
    }

    /// <summary>Gives back the tokens of a request whose permit is released apart.</summary>
    public void RefundTokens(int cost, PartitionKey partition)
    {
        RefundPartition(cost, partition);
        if (Bucket is not null)
        {
            Bucket.Refund(cost);

            // Who came meanwhile, and waits for the next token, may have this one.
            Gate.WakeWaiters();
        }
    }

    /// <summary>How long until the bucket has tokens for this request after those for others ahead of it; zero without a bucket.</summary>
    public TimeSpan TokensDueIn(in AdmissionRequest request, long ahead) =>
        Bucket is null
            ? TimeSpan.Zero
            : Bucket.TimeUntil(ahead + request.Cost, request.Cost, Shares.Reserve(request.Priority, Bucket.Burst));

    /// <summary>The same, of a bucket with nobody ahead, for one who is told to come back: by the coarse clock, so late by up to one of its ticks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TimeSpan TokensDueSoon(in AdmissionRequest request) =>
        Bucket is null
            ? TimeSpan.Zero
            : Bucket.CoarseTimeUntil(request.Cost, Shares.Reserve(request.Priority, Bucket.Burst));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeTokens(TokenBucket bucket, in AdmissionRequest request, PriorityShares shares, long now, out TimeSpan retryAfter)
    {
        TokenTimeline line = bucket.Line;
        int reserve = shares.Reserve(request.Priority, line.Burst);
        if (request.Cost == 1 && reserve == 0 && line.TryTakePrepaid())
        {
            retryAfter = TimeSpan.Zero;
            return true;
        }

        return now == AdmissionClock.Unread
            ? bucket.TryTake(request.Cost, reserve, out retryAfter)
            : bucket.TryTake(request.Cost, reserve, now, out retryAfter);
    }

    /// <summary>Takes a newcomer's permits if they are free; looks only, for one that holds none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAcquire(in AdmissionRequest request, int allowed, out int inFlight)
    {
        if (!request.HoldsNoPermit)
        {
            return Gate.TryAcquire(request.Cost, allowed, out inFlight);
        }

        inFlight = Gate.InFlight;
        return Gate.CanAcquire(request.Cost, allowed);
    }

    /// <summary>Whether the partition has a bucket of its own. A request without a partition has none, and passes.</summary>
    [MemberNotNullWhen(true, nameof(Partitions))]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsLimited(PartitionKey partition) => Partitions is not null && !partition.IsNone;

    private void RefundPartition(int cost, PartitionKey partition)
    {
        if (IsLimited(partition))
        {
            Partitions.Refund(partition.Hash, cost);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RejectionReason NoPermit(in AdmissionRequest request, int allowed) =>
        allowed < Gate.Limit && Gate.InFlight + (long)request.Cost <= Gate.Limit ? RejectionReason.Shed : RejectionReason.ConcurrencyLimit;
}
