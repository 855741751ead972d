using AdmissionControl.Policies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AdmissionControl.DependencyInjection;

/// <summary>A policy's section of the configuration, and what it changes in the options that code or another section has described before.</summary>
internal static class PolicySection
{
    private static readonly ConfigurationShape Shape = new(
        [nameof(AdmissionPolicyOptions.Mode), nameof(AdmissionPolicyOptions.OverloadRetryAfter), nameof(AdmissionPolicyOptions.MaxLeaseAge)],
        (nameof(AdmissionPolicyOptions.Rate), new([nameof(RateOptions.Limit), nameof(RateOptions.Burst)])),
        (nameof(AdmissionPolicyOptions.RatePerPartition), new([nameof(PartitionRateOptions.Limit), nameof(PartitionRateOptions.Burst), nameof(PartitionRateOptions.Memory)])),
        (nameof(AdmissionPolicyOptions.Concurrency), new(
            [.. RuleOptions, nameof(ConcurrencyOptions.WindowDuration), nameof(ConcurrencyOptions.WindowSamples), nameof(ConcurrencyOptions.LatencySamplesPerSecond)])),
        (nameof(AdmissionPolicyOptions.Queue), new([nameof(QueueOptions.MaxWait), nameof(QueueOptions.MaxLength)])),
        (nameof(AdmissionPolicyOptions.Triage), new(
            [],
            (nameof(TriageOptions.Minimum), new(Priorities)),
            (nameof(TriageOptions.Fairness), new([nameof(FairnessOptions.AlwaysFairRate), nameof(FairnessOptions.PrefersKnownClients)])))),
        (nameof(AdmissionPolicyOptions.Shares), new(Priorities)));

    /// <summary>The options of a limit that say by which rule it moves, and where to.</summary>
    private static string[] RuleOptions =>
    [
        nameof(ConcurrencyOptions.Algorithm), nameof(ConcurrencyOptions.Limit), nameof(ConcurrencyOptions.Objective),
        nameof(ConcurrencyOptions.Min), nameof(ConcurrencyOptions.Initial), nameof(ConcurrencyOptions.Max),
    ];

    private static string[] Priorities => Enum.GetNames<RequestPriority>();

    /// <summary>Writes what the section says over the options.</summary>
    /// <exception cref="OptionsValidationException">A key is not known, or has a value where a section must be.</exception>
    /// <exception cref="InvalidOperationException">A value is not of its option's type.</exception>
    public static void Apply(string policy, IConfigurationSection section, AdmissionPolicyOptions options)
    {
        string[] misfits = [.. Shape.Misfits(section).Select(misfit => $"Admission policy '{policy}': {misfit}.")];
        if (misfits.Length > 0)
        {
            throw new OptionsValidationException(policy, typeof(AdmissionPolicyOptions), misfits);
        }

        AddStages(section, options);
        section.Bind(options);

        // A rule given in code has no other sign than itself, and would hide the one that the section asks for.
        IConfigurationSection concurrency = section.GetSection(nameof(options.Concurrency));
        if (Array.Exists(RuleOptions, option => ConfigurationShape.Has(concurrency, option)))
        {
            options.CustomAlgorithm = null;
        }
    }

    /// <summary>Adds the stages that the section names. Binding adds only those that it says something of, and an empty section asks for the defaults.</summary>
    private static void AddStages(IConfigurationSection section, AdmissionPolicyOptions options)
    {
        options.Rate = Stage(section, nameof(options.Rate), options.Rate);
        options.RatePerPartition = Stage(section, nameof(options.RatePerPartition), options.RatePerPartition);
        options.Concurrency = Stage(section, nameof(options.Concurrency), options.Concurrency);
        options.Queue = Stage(section, nameof(options.Queue), options.Queue);
        options.Triage = Stage(section, nameof(options.Triage), options.Triage);
        if (options.Triage is { } triage)
        {
            triage.Fairness = Stage(section.GetSection(nameof(options.Triage)), nameof(triage.Fairness), triage.Fairness);
        }
    }

    private static T? Stage<T>(IConfigurationSection section, string key, T? before)
        where T : class, new() => before ?? (ConfigurationShape.Has(section, key) ? new T() : null);
}
