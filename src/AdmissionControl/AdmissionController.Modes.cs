using AdmissionControl.Leases;
using AdmissionControl.Modes;
using AdmissionControl.Triage;

namespace AdmissionControl;

/// <summary>What is done with decisions: carried out, only counted, or not made at all.</summary>
public sealed partial class AdmissionController
{
    private readonly UncountedLeases _unlimited;
    private readonly Lock _modeLock = new();
    private AdmissionMode _ownMode;
    private AdmissionMode _commonMode;
    private volatile AdmissionMode _mode;

    /// <summary>
    /// Whether the policy decides, only counts what it would decide, or does nothing. Settable at any time, from any thread, with effect on the next request; a reload of the options sets it when
    /// <see cref="Policies.AdmissionPolicyOptions.Mode"/> changes there. When it leaves <see cref="AdmissionMode.Enforce"/>, all who wait run.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the three.</exception>
    public AdmissionMode Mode
    {
        get => _ownMode;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)value, (byte)AdmissionMode.Off, nameof(Mode));
            lock (_modeLock)
            {
                _ownMode = value;
                _mode = Less(_ownMode, _commonMode);
            }

            LetWaitersRunUnlessEnforced();
        }
    }

    /// <summary>The mode in force: the policy's own or that of all policies (<see cref="AdmissionPolicies.Mode"/>), whichever interferes less.</summary>
    public AdmissionMode EffectiveMode => _mode;

    /// <summary>The mode of all policies.</summary>
    internal AdmissionMode CommonMode
    {
        get => _commonMode;
        set
        {
            lock (_modeLock)
            {
                _commonMode = value;
                _mode = Less(_ownMode, _commonMode);
            }

            LetWaitersRunUnlessEnforced();
        }
    }

    /// <summary>The mode that interferes less.</summary>
    private static AdmissionMode Less(AdmissionMode one, AdmissionMode other) => one > other ? one : other;

    private void LetWaitersRunUnlessEnforced()
    {
        if (_mode != AdmissionMode.Enforce)
        {
            _queue?.LetAllRun(UncountedLeases.HoldingNothing);
        }
    }

    /// <summary>A lease for a request that runs, whatever the policy says of it.</summary>
    private AdmissionLease Run(in AdmissionRequest request, bool mayWait)
    {
        if (_mode == AdmissionMode.Off)
        {
            return _unlimited.Lease(request);
        }

        AdmissionLease decision = mayWait && !request.IsExempt ? DecideInShadow(request) : Decide(request);
        return decision.IsAdmitted ? decision : UncountedLeases.HoldingNothing.Lease(request);
    }

    private AdmissionLease DecideInShadow(in AdmissionRequest request)
    {
        LeaseSlot? slot = TryEnter(request, out RejectionReason reason, out TimeSpan retryAfter);
        if (slot is not null)
        {
            return new AdmissionLease(slot);
        }

        if (!MayWait(reason))
        {
            return Refuse(request, reason, retryAfter);
        }

        TriageLevel level = LevelOf(request);
        if (IsShed(level))
        {
            return Refuse(request, RejectionReason.Shed);
        }

        var wait = new ShadowWait(_clock, _timeProvider);
        AdmissionLease running = wait.Lease();
        _queue!.Follow(request, level, wait);
        return running;
    }

    /// <summary>A failure of ours must not take the service down that it is to protect.</summary>
    private AdmissionLease FailOpen(in AdmissionRequest request, Exception exception)
    {
        _faults.ReportDecision(exception);
        return UncountedLeases.HoldingNothing.Lease(request);
    }
}
