using AdmissionControl;
using AdmissionControl.AspNetCore;
using AdmissionControl.AspNetCore.Endpoints;
using AdmissionControl.AspNetCore.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts admission control into the pipeline.</summary>
public static class AdmissionControlApplicationBuilderExtensions
{
    /// <summary>
    /// Passes every request through the given policies and those that its endpoint requires, all or nothing. A request that is refused gets a 429 when a rate
    /// refused, else a 503, with <c>Retry-After</c> and a problem document.
    /// </summary>
    /// <param name="app">The application. Routing comes before this call (<c>WebApplication</c> sees to it), what costs something after it. Call it once.</param>
    /// <param name="policyNames">
    /// The policies of every request, with or without an endpoint; none, so that only endpoints which require one are limited. Names are the same in upper and lower case.
    /// </param>
    /// <remarks>
    /// All names, those of endpoints included, are checked when the host builds the pipeline: one that is not registered, or an option out of its range,
    /// stops it there. When it turns out to run before routing, that is logged once, as an error.
    /// <para>
    /// A request is asked for once by each call: one for which an error page makes the pipeline run again, as <c>UseExceptionHandler</c> and <c>UseStatusCodePagesWithReExecute</c> do, passes the second time, and holds nothing
    /// while the page is made.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException"><c>services.AddAdmissionControl(...)</c> was not called.</exception>
    public static IApplicationBuilder UseAdmissionControl(this IApplicationBuilder app, params string[] policyNames)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(policyNames);
        IServiceProvider services = app.ApplicationServices;
        AdmissionPolicies policies = services.GetService<AdmissionPolicies>()
            ?? throw new InvalidOperationException("UseAdmissionControl needs services.AddAdmissionControl(...).");

        MissingMiddleware.Found(policies);
        return app.Use(next =>
        {
            var plans = new EndpointPlans(policies, policyNames);

            // Built after everything was mapped, so that a wrong name stops the host and no request pays for a first look.
            foreach (Endpoint endpoint in services.GetService<EndpointDataSource>()?.Endpoints ?? [])
            {
                plans.For(endpoint);
            }

            AdmissionMiddlewareOptions options = services.GetService<IOptions<AdmissionMiddlewareOptions>>()?.Value ?? new();
            return new AdmissionControlMiddleware(
                next, plans, options, services.GetService<TimeProvider>(), services.GetService<ILogger<AdmissionControlMiddleware>>()).InvokeAsync;
        });
    }
}
