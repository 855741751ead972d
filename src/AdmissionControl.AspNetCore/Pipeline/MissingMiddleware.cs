using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Pipeline;

/// <summary>Says once when an endpoint of an application is marked for admission control and no pipeline of that application has the middleware.</summary>
/// <remarks>
/// Looked for when endpoints are built, with the first request as a rule, and not before the host has started, because a pipeline may be built after them. It costs a request nothing. The middleware may be in any branch. An application is told from others of the process by its policies;
/// one without them cannot have the middleware, and nothing to say it to. Thread-safe.
/// </remarks>
internal sealed partial class MissingMiddleware
{
    private static readonly ConditionalWeakTable<AdmissionPolicies, MissingMiddleware> Applications = [];

    private volatile bool _isFound;
    private int _isAwaited;

    /// <summary>The middleware is in a pipeline of the application.</summary>
    public static void Found(AdmissionPolicies policies) => Applications.GetOrCreateValue(policies)._isFound = true;

    /// <summary>A convention of endpoints that need the middleware.</summary>
    public static void Expect(EndpointBuilder endpoint)
    {
        IServiceProvider services = endpoint.ApplicationServices;
        if (services.GetService<AdmissionPolicies>() is { } policies && services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            Applications.GetOrCreateValue(policies).Expect(endpoint.DisplayName, lifetime, services.GetService<ILogger<AdmissionControlMiddleware>>());
        }
    }

    private void Expect(string? endpoint, IHostApplicationLifetime lifetime, ILogger? logger)
    {
        if (logger is null || _isFound || Interlocked.Exchange(ref _isAwaited, 1) != 0)
        {
            return;
        }

        // At once when the host has started already.
        lifetime.ApplicationStarted.Register(() =>
        {
            if (!_isFound)
            {
                LogMissing(logger, endpoint);
            }
        });
    }

    [LoggerMessage(
        EventId = 4,
        EventName = "MiddlewareMissing",
        Level = LogLevel.Error,
        Message = "Endpoint '{Endpoint}' is marked for admission control, but the application has no UseAdmissionControl, so neither it nor any other endpoint is limited. Call app.UseAdmissionControl(...), after UseRouting.")]
    private static partial void LogMissing(ILogger logger, string? endpoint);
}
