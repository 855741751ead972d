namespace AdmissionControl.AspNetCore.Endpoints;

/// <summary>What admission control does with the requests of one endpoint. Computed once, immutable.</summary>
internal sealed class EndpointPlan
{
    private readonly AdmissionController? _single;
    private readonly StackedAdmission? _stack;

    public EndpointPlan(IReadOnlyList<AdmissionController> controllers, AdmissionRequest request, bool isLatencyExcluded)
    {
        // One policy is the usual case and needs no stack.
        _single = controllers.Count == 1 ? controllers[0] : null;
        _stack = controllers.Count > 1 ? new StackedAdmission(controllers) : null;
        Request = request;
        IsLatencyExcluded = isLatencyExcluded;
        IsPartitioned = controllers.Any(c => c.IsPartitioned);
        MayWait = controllers.Any(c => c.Plan.Queue is not null);
    }

    /// <summary>Whether requests pass without asking anybody.</summary>
    public bool IsOpen => _single is null && _stack is null;

    /// <summary>The request as far as the endpoint determines it.</summary>
    public AdmissionRequest Request { get; }

    public bool IsLatencyExcluded { get; }

    /// <summary>Whether a policy asks whose request it is.</summary>
    public bool IsPartitioned { get; }

    /// <summary>Whether a policy has a queue; without one no cancellation token is needed, and none is created.</summary>
    public bool MayWait { get; }

    public ValueTask<AdmissionLease> AdmitAsync(in AdmissionRequest request, CancellationToken cancellationToken) =>
        _single is not null ? _single.AdmitAsync(request, cancellationToken) : _stack!.AdmitAsync(request, cancellationToken);
}
