using AdmissionControl.Policies;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AdmissionControl.DependencyInjection;

/// <summary>
/// Builds controllers from named options and carries later values of these into them. Options that are invalid or fail to be made, and changes that need a restart, are logged, and the
/// controller goes on with what it has.
/// </summary>
/// <remarks>
/// Not built on <see cref="IOptionsMonitor{TOptions}"/>: there, options that fail validation throw on the thread that reloads the configuration.
/// </remarks>
internal sealed partial class PolicyReloader(
    IOptionsFactory<AdmissionPolicyOptions> options,
    IEnumerable<IOptionsChangeTokenSource<AdmissionPolicyOptions>> sources,
    TimeProvider timeProvider,
    ILogger<AdmissionController> logger) : IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];
    private readonly Lock _lock = new();

    public AdmissionController Create(string name)
    {
        var controller = new AdmissionController(name, options.Create(name), timeProvider, logger);
        foreach (IOptionsChangeTokenSource<AdmissionPolicyOptions> source in sources.Where(source => source.Name == name))
        {
            IDisposable subscription = ChangeToken.OnChange(source.GetChangeToken, Reload, controller);
            lock (_lock)
            {
                _subscriptions.Add(subscription);
            }
        }

        return controller;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _subscriptions.ForEach(subscription => subscription.Dispose());
            _subscriptions.Clear();
        }
    }

    private void Reload(AdmissionController controller)
    {
        // One reload at a time, or an older one could have the last word.
        lock (_lock)
        {
            try
            {
                if (!controller.Update(PolicyPlan.From(controller.Name, options.Create(controller.Name))))
                {
                    LogNeedsRestart(controller.Name);
                }
            }
            catch (Exception exception)
            {
                // Any exception: it would end in the thread that reloads the configuration, where nobody hears of it.
                LogFailed(controller.Name, exception);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The options of admission policy '{Policy}' could not be reloaded; the ones in force stay.")]
    private partial void LogFailed(string policy, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The reloaded options of admission policy '{Policy}' add, remove or replace a stage, which needs a restart; the ones in force stay.")]
    private partial void LogNeedsRestart(string policy);
}
