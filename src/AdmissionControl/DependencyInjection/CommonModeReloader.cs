using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace AdmissionControl.DependencyInjection;

/// <summary>
/// Gives all policies the mode that the configuration says, at start and whenever it says another one. Of several sections the last that says one counts. Invalid ones
/// are logged on a reload, and the mode in force stays.
/// </summary>
internal sealed partial class CommonModeReloader(IEnumerable<CommonSection> sections, ILogger<AdmissionController> logger) : IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];
    private readonly Lock _lock = new();
    private AdmissionMode _configured;

    /// <summary>Checks the sections, sets the mode and goes on to do so when the configuration is reloaded.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A section has a key that is not known, or a mode that is none.</exception>
    public void Follow(AdmissionPolicies policies)
    {
        Apply(policies);
        foreach (CommonSection section in sections)
        {
            _subscriptions.Add(ChangeToken.OnChange(section.GetReloadToken, Reload, policies));
        }
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());

    private void Reload(AdmissionPolicies policies)
    {
        // One reload at a time, or an older one could have the last word.
        lock (_lock)
        {
            try
            {
                Apply(policies);
            }
            catch (Exception exception)
            {
                LogFailed(exception);
            }
        }
    }

    private void Apply(AdmissionPolicies policies)
    {
        AdmissionMode mode = default;
        foreach (CommonSection section in sections)
        {
            mode = section.ReadMode() ?? mode;
        }

        // A mode that code has set stays until the configuration says another one than before.
        if (mode != _configured)
        {
            _configured = mode;
            policies.Mode = mode;
        }
    }

    [LoggerMessage(6, LogLevel.Error, "The common section of admission control could not be reloaded; the mode in force stays.")]
    private partial void LogFailed(Exception exception);
}
