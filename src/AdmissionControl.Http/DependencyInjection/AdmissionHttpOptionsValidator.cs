using System.Globalization;
using Microsoft.Extensions.Options;

namespace AdmissionControl.Http.DependencyInjection;

/// <summary>Checks the options of a handler. Every failure names whose option it is, the option, its value and what is allowed.</summary>
internal sealed class AdmissionHttpOptionsValidator : IValidateOptions<AdmissionHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, AdmissionHttpOptions options)
    {
        List<string> failures = [];
        Check(Enum.IsDefined(options.Priority), "Priority", options.Priority, string.Join(", ", Enum.GetNames<RequestPriority>()));
        Check(Enum.IsDefined(options.Refusal), "Refusal", options.Refusal, string.Join(", ", Enum.GetNames<HttpRefusal>()));
        Check(
            options.TimeoutAfter >= TimeSpan.FromMilliseconds(1) && options.TimeoutAfter <= TimeSpan.FromDays(1),
            "TimeoutAfter", options.TimeoutAfter, "from 00:00:00.001 to 1.00:00:00");
        Check(
            options.MaxRetryAfter >= TimeSpan.Zero && options.MaxRetryAfter <= TimeSpan.FromDays(1),
            "MaxRetryAfter", options.MaxRetryAfter, "from 00:00:00 to 1.00:00:00");
        Check(IsRequestHeader(options.PriorityHeader), "PriorityHeader", options.PriorityHeader, "the name of a header of requests");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check<T>(bool isValid, string option, T value, string allowed)
        {
            if (!isValid)
            {
                failures.Add(string.Create(
                    CultureInfo.InvariantCulture, $"Admission control ({name}): {option} is '{value}'; it must be {allowed}."));
            }
        }
    }

    private static bool IsRequestHeader(string? name)
    {
        using var message = new HttpRequestMessage();
        return !string.IsNullOrEmpty(name) && message.Headers.TryAddWithoutValidation(name, "2");
    }

    public static void ThrowIfInvalid(string name, AdmissionHttpOptions options)
    {
        ValidateOptionsResult result = new AdmissionHttpOptionsValidator().Validate($"policy '{name}'", options);
        if (result.Failed)
        {
            throw new OptionsValidationException(name, typeof(AdmissionHttpOptions), result.Failures);
        }
    }
}
