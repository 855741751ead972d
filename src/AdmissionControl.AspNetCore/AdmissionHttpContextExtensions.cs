using AdmissionControl;
using AdmissionControl.AspNetCore;

namespace Microsoft.AspNetCore.Http;

/// <summary>Asks how pressed the server is, to spare work that can be spared.</summary>
public static class AdmissionHttpContextExtensions
{
    /// <summary>
    /// How much the request should do without, from 0 (nothing) to 3: the highest of its policies, see <see cref="AdmissionController.DegradeLevel"/>. 0 without a policy that has triage.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    public static int GetDegradeLevel(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IAdmissionFeature>()?.DegradeLevel ?? 0;
    }

    /// <summary>
    /// The share of the requests without a free permit that is turned away now, from 0 to 1: the highest of the request's policies, see <see cref="AdmissionController.Pressure"/>. 0 without a policy that has triage.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    public static double GetAdmissionPressure(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IAdmissionFeature>()?.Pressure ?? 0;
    }
}
