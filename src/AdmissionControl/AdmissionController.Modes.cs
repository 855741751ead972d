using System.Runtime.CompilerServices;
using AdmissionControl.Contention;
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

    /// <summary>Whether a request is not simply admitted or refused: its policy is not enforced, or it is exempt, or it is not to hold a permit where no limit is measured.</summary>
    private bool IsSpecial(in AdmissionRequest request) => _mode != AdmissionMode.Enforce || request.IsExempt || (request.HoldsNoPermit && _regulator is null);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private AdmissionLease TryAdmitSpecial(in AdmissionRequest request)
    {
        AdmissionRequest ordinary = request;
        return TryAdmitSpecial(ref ordinary, mayWait: false, out AdmissionLease lease) ? lease : TryAdmit(ordinary);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<AdmissionLease> AdmitSpecialAsync(in AdmissionRequest request, CancellationToken cancellationToken)
    {
        AdmissionRequest ordinary = request;
        return TryAdmitSpecial(ref ordinary, mayWait: true, out AdmissionLease lease) ? new(lease) : AdmitAsync(ordinary, cancellationToken);
    }

    /// <summary>Lets a request run that runs whatever the policy says of it.</summary>
    /// <returns>Whether it runs; if not, the request is as it is to be judged.</returns>
    private bool TryAdmitSpecial(ref AdmissionRequest request, bool mayWait, out AdmissionLease lease)
    {
        if (request.HoldsNoPermit && _regulator is null)
        {
            request = request with { HoldsNoPermit = false };
        }

        lease = default;
        try
        {
            AdmissionMode mode = _mode;
            if (mode == AdmissionMode.Off)
            {
                Charge(request);
                lease = _unlimited.Lease(request);
            }
            else if (request.IsExempt && TryAdmitProbe(ref request, out lease))
            {
                return true;
            }
            else if (mode == AdmissionMode.Shadow)
            {
                lease = mayWait ? DecideInShadow(request) : Decide(request, PerThread.Current, mayWait: false, out _);
                lease = lease.IsAdmitted ? lease : UncountedLeases.HoldingNothing.Lease(request);
            }
        }
        catch (Exception exception)
        {
            lease = LetThrough(request, exception);
        }

        return lease.IsAdmitted;
    }

    private AdmissionLease DecideInShadow(in AdmissionRequest request)
    {
        AdmissionLease answer = Decide(request, PerThread.Current, mayWait: true, out TriageLevel level);
        if (answer.IsAnswer)
        {
            return answer;
        }

        var wait = new ShadowWait(_clock, _timeProvider);
        AdmissionLease running = wait.Lease();
        _queue!.Follow(request, level, wait);
        return running;
    }
}
