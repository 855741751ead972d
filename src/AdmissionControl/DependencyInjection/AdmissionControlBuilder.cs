using AdmissionControl.Policies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AdmissionControl.DependencyInjection;

/// <summary>Registers policies. Returned by <c>services.AddAdmissionControl(...)</c>, for packages that add to it.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class AdmissionControlBuilder
{
    private readonly PolicyNames _names;

    internal AdmissionControlBuilder(IServiceCollection services, PolicyNames names)
    {
        Services = services;
        _names = names;
    }

    /// <summary>The services that policies are registered with.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Adds a policy in code. Its controller becomes a keyed singleton, <c>[FromKeyedServices(name)] AdmissionController</c>. A second call with the same name adds to the
    /// first, and so does a section of the configuration, in the order of the calls.
    /// </summary>
    /// <param name="name">The policy's name; not blank. Upper and lower case are the same, and the first call's spelling is the one that is shown.</param>
    /// <param name="configure">Describes the policy. It runs again at each reload.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    public AdmissionControlBuilder AddPolicy(string name, Action<AdmissionPolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure<AdmissionPolicyOptions>(Register(name), options => configure(new AdmissionPolicyBuilder(options)));
        return this;
    }

    /// <summary>
    /// Adds a policy from configuration, in the form of <see cref="AdmissionPolicyOptions"/>. A stage whose section is there and empty is there with its defaults. A key that is not known, and a
    /// value where a section must be, are errors at start.
    /// </summary>
    /// <param name="name">The policy's name; not blank. Upper and lower case are the same, and the first call's spelling is the one that is shown.</param>
    /// <param name="section">The policy's section; followed when the configuration is reloaded.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    public AdmissionControlBuilder AddPolicy(string name, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        string policy = Register(name);
        Services.AddSingleton<IOptionsChangeTokenSource<AdmissionPolicyOptions>>(new ConfigurationChangeTokenSource<AdmissionPolicyOptions>(policy, section));
        Services.Configure<AdmissionPolicyOptions>(policy, options => PolicySection.Apply(policy, section, options));
        return this;
    }

    /// <summary>Registers the controller, once a policy.</summary>
    /// <returns>The name as it was spelled first: named options tell upper from lower case.</returns>
    private string Register(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_names.Add(name, out string first))
        {
            Services.TryAddKeyedSingleton(name, (provider, key) => provider.GetRequiredService<AdmissionPolicies>()[(string)key!]);
        }

        return first;
    }
}
