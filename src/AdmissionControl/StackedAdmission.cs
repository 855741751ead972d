namespace AdmissionControl;

/// <summary>Several policies on one request, all or nothing: it is admitted by all of them or takes nothing from any.</summary>
/// <remarks>
/// Partitioned policies are asked first, then the others in the order given, and last the one, if any, that ends in a <c>RateLimiter</c>. One lease stands for all; completing it completes each.
/// <para>
/// While a request waits in the queue of one policy it keeps the permits of those before it. That wait is bounded by the waiting policy's longest wait and
/// the request's deadline, so that even the same policy entered twice at a limit of one ends in a refusal and never hangs. Put policies with a
/// queue last, or give those before them room for what waits. Immutable, thread-safe.
/// </para>
/// </remarks>
public sealed class StackedAdmission
{
    private readonly AdmissionController[] _controllers;

    /// <summary>A stack.</summary>
    /// <param name="controllers">At least one, none null.</param>
    /// <exception cref="ArgumentException">There is none, or one is null, or more than one ends in a <c>RateLimiter</c>.</exception>
    public StackedAdmission(params IEnumerable<AdmissionController> controllers)
    {
        ArgumentNullException.ThrowIfNull(controllers);
        _controllers = [.. controllers];
        if (_controllers.Length == 0 || Array.IndexOf(_controllers, null) >= 0)
        {
            throw new ArgumentException("A stack needs at least one controller, and none may be null.", nameof(controllers));
        }

        if (_controllers.Where(c => c.HasLastStage).Skip(1).FirstOrDefault() is { } second)
        {
            throw new ArgumentException(
                $"Policy '{second.Name}' ends in a RateLimiter, and so does another of the stack. Only one may: what it gave could not be given back when the other refuses.",
                nameof(controllers));
        }

        _controllers = [.. _controllers.OrderBy(c => c.HasLastStage ? 2 : c.IsPartitioned ? 0 : 1)];
    }

    /// <summary>The policies in the order in which they are asked.</summary>
    public IReadOnlyList<AdmissionController> Controllers => _controllers;

    /// <summary>Admits the request to all policies now, or refuses it now. Never waits.</summary>
    /// <param name="request">The request.</param>
    public AdmissionLease TryAdmit(in AdmissionRequest request)
    {
        AdmissionLease held = default;
        for (int i = 0; i < _controllers.Length; i++)
        {
            AdmissionLease lease = _controllers[i].TryAdmit(request);
            if (!lease.IsAdmitted)
            {
                return GiveUp(i, held, lease, request);
            }

            held = lease.Within(held);
        }

        return held;
    }

    /// <summary>Admits the request to all policies, waiting where a policy has a queue, or refuses it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends a wait with <see cref="RejectionReason.Cancelled"/>; it does not throw.</param>
    public ValueTask<AdmissionLease> AdmitAsync(in AdmissionRequest request, CancellationToken cancellationToken = default) =>
        AdmitAsync(0, default, request, cancellationToken);

    private ValueTask<AdmissionLease> AdmitAsync(int first, AdmissionLease held, in AdmissionRequest request, CancellationToken cancellationToken)
    {
        for (int i = first; i < _controllers.Length; i++)
        {
            ValueTask<AdmissionLease> admission = _controllers[i].AdmitAsync(request, cancellationToken);
            if (!admission.IsCompletedSuccessfully)
            {
                return WaitAsync(i, admission, held, request, cancellationToken);
            }

            AdmissionLease lease = admission.Result;
            if (!lease.IsAdmitted)
            {
                return new(GiveUp(i, held, lease, request));
            }

            held = lease.Within(held);
        }

        return new(held);
    }

    private async ValueTask<AdmissionLease> WaitAsync(
        int index, ValueTask<AdmissionLease> admission, AdmissionLease held, AdmissionRequest request, CancellationToken cancellationToken)
    {
        AdmissionLease lease = await admission.ConfigureAwait(false);
        if (!lease.IsAdmitted)
        {
            return GiveUp(index, held, lease, request);
        }

        return await AdmitAsync(index + 1, lease.Within(held), request, cancellationToken).ConfigureAwait(false);
    }

    private AdmissionLease GiveUp(int refusing, AdmissionLease held, AdmissionLease refusal, in AdmissionRequest request)
    {
        held.Withdraw();
        TimeSpan retryAfter = refusal.RetryAfter;
        for (int i = refusing + 1; i < _controllers.Length; i++)
        {
            TimeSpan other = _controllers[i].TokensDueIn(request);
            retryAfter = other > retryAfter ? other : retryAfter;
        }

        return AdmissionLease.Refused(refusal.Reason, retryAfter);
    }
}
