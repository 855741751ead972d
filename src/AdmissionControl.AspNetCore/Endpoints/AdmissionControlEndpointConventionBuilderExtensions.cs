using AdmissionControl;
using AdmissionControl.AspNetCore;
using AdmissionControl.AspNetCore.Pipeline;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Says how admission control treats endpoints.</summary>
/// <remarks>All of it needs <c>app.UseAdmissionControl(...)</c>. Where an application does not call it at all, an error is logged once, when the endpoints are first used; nothing is limited then.</remarks>
public static class AdmissionControlEndpointConventionBuilderExtensions
{
    /// <summary>Sets how bad it is to lose a request of the endpoint. The last call counts, so that an endpoint overrides its group.</summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="priority">The priority; <see cref="RequestPriority.Normal"/> without this call.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not one of the five values.</exception>
    public static TBuilder WithPriority<TBuilder>(this TBuilder builder, RequestPriority priority)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)priority, (byte)RequestPriority.Bulk, nameof(priority));
        return Mark(builder, new RequestPriorityAttribute(priority));
    }

    /// <summary>Adds a policy, see <see cref="RequireAdmissionControlAttribute"/>. Several calls add several.</summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="policyName">The policy's name; not blank. Upper and lower case are the same.</param>
    /// <exception cref="ArgumentException"><paramref name="policyName"/> is blank.</exception>
    public static TBuilder RequireAdmissionControl<TBuilder>(this TBuilder builder, string policyName)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(policyName);
        return Mark(builder, new RequireAdmissionControlAttribute(policyName));
    }

    /// <summary>Takes the endpoint out of admission control, see <see cref="DisableAdmissionControlAttribute"/>. It wins over every other mark.</summary>
    /// <param name="builder">The endpoint or group.</param>
    public static TBuilder DisableAdmissionControl<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new DisableAdmissionControlAttribute());

    /// <summary>Lets the endpoint's requests pass as probes, see <see cref="AdmissionProbeAttribute"/>.</summary>
    /// <param name="builder">The endpoint or group.</param>
    public static TBuilder AsProbe<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AdmissionProbeAttribute());

    /// <summary>Keeps the endpoint's latency out of adaptive limits, see <see cref="ExcludeLatencyAttribute"/>.</summary>
    /// <param name="builder">The endpoint or group.</param>
    public static TBuilder ExcludeLatency<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => Mark(builder, new ExcludeLatencyAttribute());

    /// <summary>A mark that is worth nothing without the middleware.</summary>
    private static TBuilder Mark<TBuilder>(TBuilder builder, IAdmissionMark mark)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(mark);
        builder.Add(MissingMiddleware.Expect);
        return builder;
    }
}
