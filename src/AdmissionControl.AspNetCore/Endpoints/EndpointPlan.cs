using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore.Endpoints;

/// <summary>What admission control does with the requests of one endpoint, and how pressed their policies are. Computed once, immutable.</summary>
internal sealed class EndpointPlan : IAdmissionFeature
{
    private readonly AdmissionController[] _controllers;
    private readonly StackedAdmission? _stack;

    public EndpointPlan(IReadOnlyList<AdmissionController> controllers, AdmissionRequest request)
    {
        // One policy is the usual case and needs no stack.
        _controllers = [.. controllers];
        _stack = controllers.Count > 1 ? new StackedAdmission(controllers) : null;
        Request = request;
        HasTriage = controllers.Any(c => c.Plan.Triage is not null);
        IsPartitioned = controllers.Any(c => c.IsPartitioned || c.Plan.Triage?.Fairness is not null);
        MayWait = controllers.Any(c => c.Plan.Queue is not null);
    }

    /// <summary>Whether requests pass without asking anybody.</summary>
    public bool IsOpen => _controllers.Length == 0;

    /// <summary>The request as far as the endpoint determines it.</summary>
    public AdmissionRequest Request { get; }

    public bool IsLatencyExcluded => Request.HoldsNoPermit;

    /// <summary>Whether a policy tells users apart by their cohort.</summary>
    public bool HasTriage { get; }

    /// <summary>Whether a policy asks whose request it is.</summary>
    public bool IsPartitioned { get; }

    /// <summary>Whether a policy has a queue; without one no cancellation token is needed, and none is created.</summary>
    public bool MayWait { get; }

    public double Pressure
    {
        get
        {
            double highest = 0;
            foreach (AdmissionController controller in _controllers)
            {
                highest = Math.Max(highest, controller.Pressure);
            }

            return highest;
        }
    }

    public int DegradeLevel
    {
        get
        {
            int highest = 0;
            foreach (AdmissionController controller in _controllers)
            {
                highest = Math.Max(highest, controller.DegradeLevel);
            }

            return highest;
        }
    }

    public ValueTask<AdmissionLease> AdmitAsync(in AdmissionRequest request, CancellationToken cancellationToken) =>
        _stack is null ? _controllers[0].AdmitAsync(request, cancellationToken) : _stack.AdmitAsync(request, cancellationToken);

    /// <summary>Shows the application how pressed its policies are, if they are: a feature costs something, and calm is the rule.</summary>
    public void ShowPressure(HttpContext context)
    {
        if (HasTriage && (DegradeLevel > 0 || Pressure > 0))
        {
            context.Features.Set<IAdmissionFeature>(this);
        }
    }
}
