using AdmissionControl;
using AdmissionControl.DependencyInjection;
using AdmissionControl.Http;
using AdmissionControl.Http.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts an HttpClient under an admission policy.</summary>
public static class AdmissionControlHttpClientBuilderExtensions
{
    /// <summary>
    /// Sends the client's calls through a policy that <c>services.AddAdmissionControl(...)</c> registers. All clients of one policy share its limits. A name
    /// that no policy has stops the host when it starts.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="policyName">The policy's name; not blank. Upper and lower case are the same.</param>
    /// <remarks>
    /// Handlers run in the order in which they were added. Added before a resilience handler, a call and its retries take one permit together; added
    /// after it, as is usually meant, every attempt takes its own, and an attempt's timeout is seen as one. Each call adds one more handler.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="policyName"/> is blank.</exception>
    public static IHttpClientBuilder AddAdmissionControl(this IHttpClientBuilder builder, string policyName) =>
        builder.AddAdmissionControl(policyName, static _ => { });

    /// <summary>As <see cref="AddAdmissionControl(IHttpClientBuilder, string)"/>, with options.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="policyName">The policy's name; not blank. Upper and lower case are the same.</param>
    /// <param name="configure">Changes the options; they are checked when the host starts.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="policyName"/> is blank.</exception>
    public static IHttpClientBuilder AddAdmissionControl(this IHttpClientBuilder builder, string policyName, Action<AdmissionHttpOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(policyName);
        ArgumentNullException.ThrowIfNull(configure);

        // Also when nobody has registered a policy yet, or never does: the check of names at start comes with it.
        builder.Services.AddAdmissionControl(static _ => { });
        builder.Services.AddSingleton(new PolicyReference(policyName, $"HttpClient '{builder.Name}'"));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AdmissionHttpOptions>, AdmissionHttpOptionsValidator>());
        string optionsName = $"HttpClient '{builder.Name}', policy '{policyName}'";
        builder.Services.AddOptions<AdmissionHttpOptions>(optionsName).Configure(configure).ValidateOnStart();
        return builder.AddHttpMessageHandler(provider => new AdmissionControlHandler(
            provider.GetRequiredService<AdmissionPolicies>()[policyName],
            provider.GetRequiredService<IOptionsMonitor<AdmissionHttpOptions>>().Get(optionsName),
            provider.GetService<TimeProvider>()));
    }
}
