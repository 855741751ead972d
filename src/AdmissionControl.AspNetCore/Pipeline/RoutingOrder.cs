using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Pipeline;

/// <summary>Finds out whether a middleware runs before routing, where it sees no endpoint and heeds no mark, and says so once.</summary>
/// <remarks>The first request that comes with an endpoint settles that it does not; from then on this costs a look at a field. Thread-safe.</remarks>
internal sealed partial class RoutingOrder(ILogger logger)
{
    // Never goes back, and more than one thread may set it.
    private volatile bool _isSettled;
    private int _isLogged;

    /// <summary>Whether a request has to be looked at when it has ended.</summary>
    /// <param name="endpoint">The endpoint that the request came with.</param>
    public bool IsOpen(Endpoint? endpoint)
    {
        if (_isSettled)
        {
            return false;
        }

        if (endpoint is null)
        {
            return true;
        }

        _isSettled = true;
        return false;
    }

    /// <summary>Looks at a request that came without an endpoint and has ended.</summary>
    /// <param name="context">The request.</param>
    /// <param name="self">The middleware.</param>
    public void Look(HttpContext context, AdmissionControlMiddleware self)
    {
        // An error page that was run in place of nothing has an endpoint, too. And what another middleware has decided, in a branch perhaps, lacks nothing.
        if (context.GetEndpoint() is not { } endpoint
            || context.Response.StatusCode >= StatusCodes.Status400BadRequest
            || endpoint.Metadata.GetMetadata<IAdmissionMark>() is null
            || (context.Features.Get<AskedBy>() is { } asked && !asked.IsOnly(self)))
        {
            return;
        }

        _isSettled = true;
        if (Interlocked.Exchange(ref _isLogged, 1) == 0)
        {
            LogBeforeRouting(logger, endpoint.DisplayName);
        }
    }

    [LoggerMessage(
        EventId = 3,
        EventName = "BeforeRouting",
        Level = LogLevel.Error,
        Message = "UseAdmissionControl runs before routing, so it does not see endpoints: what endpoint '{Endpoint}' says of policies and priority was ignored, and so is that of all others, without a message. Call it after UseRouting.")]
    private static partial void LogBeforeRouting(ILogger logger, string? endpoint);
}
