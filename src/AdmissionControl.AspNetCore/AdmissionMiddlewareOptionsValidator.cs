using Microsoft.Extensions.Options;

namespace AdmissionControl.AspNetCore;

/// <summary>Checks the options of the middleware. Every failure names the option, its value and what is allowed.</summary>
internal static class AdmissionMiddlewareOptionsValidator
{
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
