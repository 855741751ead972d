using AdmissionControl;
using AdmissionControl.DependencyInjection;
using AdmissionControl.Policies;
using AdmissionControl.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers admission control.</summary>
public static class AdmissionControlServiceCollectionExtensions
{
    /// <summary>
    /// Registers policies in code. Each becomes a keyed singleton <see cref="AdmissionController"/>; <see cref="AdmissionPolicies"/> holds all. Options are checked when
    /// the host starts, or without a host when a controller is first resolved. The clock is the container's <see cref="TimeProvider"/>, if there is one.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Adds the policies. Calls compose: a second one adds more, or more to the same.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AdmissionControlBuilder AddAdmissionControl(this IServiceCollection services, Action<AdmissionControlBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new AdmissionControlBuilder(services, AddCore(services));
        configure(builder);
        return builder;
    }

    /// <summary>
    /// Registers the policies of a configuration section, each a child of its <c>Policies</c> named after the policy, in the form of <see cref="AdmissionPolicyOptions"/>.
    /// Values follow a reload; policies that are added later do not appear without a restart. Beside <c>Policies</c> the section may hold <c>Mode</c>, which is that of all policies
    /// (<see cref="AdmissionPolicies.Mode"/>) and follows a reload too; another key is an error at start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, such as <c>configuration.GetSection("AdmissionControl")</c>. Of the root of a configuration only <c>Policies</c> is read, since the keys of others stand there too.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AdmissionControlBuilder AddAdmissionControl(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddAdmissionControl(builder =>
        {
            foreach (IConfigurationSection policy in configuration.GetSection(CommonSection.Policies).GetChildren())
            {
                builder.AddPolicy(policy.Key, policy);
            }

            if (configuration is IConfigurationSection section)
            {
                builder.Services.AddSingleton(new CommonSection(section));
            }
        });
    }

    /// <summary>Registers what all policies share, once, and returns the names registered so far.</summary>
    private static PolicyNames AddCore(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(PolicyNames))?.ImplementationInstance is PolicyNames existing)
        {
            return existing;
        }

        var names = new PolicyNames();
        services.AddOptions();
        services.AddSingleton(names);
        services.AddSingleton<IValidateOptions<AdmissionPolicyOptions>, AdmissionPolicyOptionsValidator>();
        services.AddSingleton(provider => new PolicyReloader(
            provider.GetRequiredService<IOptionsFactory<AdmissionPolicyOptions>>(),
            provider.GetServices<IOptionsChangeTokenSource<AdmissionPolicyOptions>>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            LoggerOf(provider)));
        services.AddSingleton(provider => new CommonModeReloader(provider.GetServices<CommonSection>(), LoggerOf(provider)));
        services.AddSingleton(provider =>
        {
            var policies = new AdmissionPolicies(provider.GetRequiredService<PolicyNames>(), provider.GetRequiredService<PolicyReloader>().Create);
            provider.GetRequiredService<CommonModeReloader>().Follow(policies);
            return policies;
        });
        services.AddSingleton(provider => new AdmissionMetrics(
            provider.GetRequiredService<AdmissionPolicies>(), provider.GetService<System.Diagnostics.Metrics.IMeterFactory>()));
        services.AddSingleton<IHostedService, AdmissionStartup>();

        // A name that nobody registered: say which there are, instead of "no service registered".
        services.TryAddKeyedSingleton<AdmissionController>(
            KeyedService.AnyKey, (provider, key) => provider.GetRequiredService<AdmissionPolicies>()[key?.ToString() ?? string.Empty]);
        return names;
    }

    private static ILogger<AdmissionController> LoggerOf(IServiceProvider provider) =>
        provider.GetService<ILogger<AdmissionController>>() ?? NullLogger<AdmissionController>.Instance;
}
