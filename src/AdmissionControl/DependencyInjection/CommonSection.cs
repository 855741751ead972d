using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AdmissionControl.DependencyInjection;

/// <summary>A section given to <c>AddAdmissionControl</c>: what it says beside each policy's own.</summary>
/// <param name="section">The section; not the root of a configuration, where the keys of others stand too.</param>
internal sealed class CommonSection(IConfigurationSection section)
{
    public const string Policies = "Policies";

    private const string Mode = nameof(AdmissionPolicies.Mode);

    private static readonly ConfigurationShape Shape = new([Mode], (Policies, null));

    public IChangeToken GetReloadToken() => section.GetReloadToken();

    /// <summary>The mode of all policies; null when the section says nothing of it.</summary>
    /// <exception cref="OptionsValidationException">A key is not known, or the mode is not one of the three.</exception>
    public AdmissionMode? ReadMode()
    {
        List<string> failures = [.. Shape.Misfits(section)];
        string? text = section[Mode];
        AdmissionMode? mode = null;
        if (Enum.TryParse(text, ignoreCase: true, out AdmissionMode known) && Enum.IsDefined(known))
        {
            mode = known;
        }
        else if (!string.IsNullOrEmpty(text))
        {
            failures.Add($"{section.Path}:{Mode} is '{text}'; it must be Enforce, Shadow or Off");
        }

        return failures.Count == 0
            ? mode
            : throw new OptionsValidationException(Options.DefaultName, typeof(AdmissionPolicies), failures.Select(failure => $"Admission control: {failure}."));
    }
}
