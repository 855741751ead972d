using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Classification;

/// <summary>Draws the cohort of the user that the application names. Thread-safe.</summary>
internal sealed partial class UserCohorts
{
    private readonly Func<HttpContext, string?> _userOf;
    private readonly CohortKey _key;
    private readonly TimeProvider _timeProvider;

    /// <param name="userOf">Names the user.</param>
    /// <param name="secret">What services share; null for a key of this process, about which the log is told.</param>
    /// <param name="timeProvider">Says what hour it is.</param>
    /// <param name="logger">The log.</param>
    public UserCohorts(Func<HttpContext, string?> userOf, string? secret, TimeProvider timeProvider, ILogger logger)
    {
        _userOf = userOf;
        _key = secret is null ? CohortKey.OfProcess : new CohortKey(secret);
        _timeProvider = timeProvider;
        if (secret is null)
        {
            LogKeyOfProcess(logger);
        }
    }

    /// <summary>The cohort of the request's user; null when the application names none.</summary>
    public byte? Of(HttpContext context) => _userOf(context) is { } user ? _key.CohortOf(user, _timeProvider.GetUtcNow()) : null;

    [LoggerMessage(
        EventId = 1,
        EventName = "CohortKeyMissing",
        Level = LogLevel.Warning,
        Message = "AdmissionMiddlewareOptions.CohortBy is set and CohortKey is not: this process draws users into cohorts by a key of its own. Under overload the services of a chain will turn away different users, and few get through all of them. Set the same CohortKey at each.")]
    private static partial void LogKeyOfProcess(ILogger logger);
}
