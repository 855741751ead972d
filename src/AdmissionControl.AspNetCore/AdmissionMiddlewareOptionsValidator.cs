using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace AdmissionControl.AspNetCore;

/// <summary>Checks the options of the middleware. Every failure names the option, its value and what is allowed.</summary>
internal static class AdmissionMiddlewareOptionsValidator
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static void ThrowIfInvalid(AdmissionMiddlewareOptions options)
    {
        List<string> failures = [];
        if (options.OverloadStatusCode is not (503 or 429))
        {
            failures.Add($"AdmissionMiddlewareOptions: OverloadStatusCode is '{options.OverloadStatusCode}'; it must be 503 or 429.");
        }

        if (options.PartitionBy is null)
        {
            failures.Add("AdmissionMiddlewareOptions: PartitionBy is missing; it must be a delegate, which may return default for no partition.");
        }

        if (options.SheddingConcurrency is < 1 or > 10_000)
        {
            failures.Add(string.Create(
                CultureInfo.InvariantCulture, $"AdmissionMiddlewareOptions: SheddingConcurrency is '{options.SheddingConcurrency}'; it must be from 1 to 10000."));
        }

        if (options.PriorityHeader is { } header && (header.Length == 0 || header.AsSpan().ContainsAnyExcept(TokenCharacters)))
        {
            failures.Add($"AdmissionMiddlewareOptions: PriorityHeader is '{header}'; it must be the name of a header, or null to read none.");
        }

        // A secret: its length says what is wrong with it.
        if (options.CohortKey is { Length: < CohortKey.MinSecretLength } secret)
        {
            failures.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"AdmissionMiddlewareOptions: CohortKey has {secret.Length} characters; it must have at least {CohortKey.MinSecretLength}, or be null for a key of this process."));
        }

        foreach (string path in options.ProbePaths)
        {
            if (path is not ['/', ..])
            {
                failures.Add($"AdmissionMiddlewareOptions: ProbePaths holds '{path}'; each must start with a slash, such as '/healthz'.");
            }
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException(nameof(AdmissionMiddlewareOptions), typeof(AdmissionMiddlewareOptions), failures);
        }
    }
}
