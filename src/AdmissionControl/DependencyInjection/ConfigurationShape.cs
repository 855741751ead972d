using Microsoft.Extensions.Configuration;

namespace AdmissionControl.DependencyInjection;

/// <summary>What a section of the configuration may hold: options, which are values, and sections, each of a shape of its own.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class ConfigurationShape
{
    private readonly string[] _options;
    private readonly Dictionary<string, ConfigurationShape?> _sections;

    /// <param name="options">The keys of the options.</param>
    /// <param name="sections">The keys of the sections, and their shapes; null when whatever a section holds is looked at elsewhere.</param>
    public ConfigurationShape(string[] options, params (string Key, ConfigurationShape? Shape)[] sections)
    {
        _options = options;
        _sections = sections.ToDictionary(section => section.Key, section => section.Shape, StringComparer.OrdinalIgnoreCase);
    }

    private string Allowed => string.Join(", ", [.. _sections.Keys, .. _options]);

    /// <summary>Whether a section holds a key, be it an empty section: there it has no value, and in the environment an empty one.</summary>
    public static bool Has(IConfigurationSection section, string key) =>
        section.GetChildren().Any(child => child.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>What in a section does not fit: a sentence each, with the full path. The values of options are not looked at.</summary>
    public IEnumerable<string> Misfits(IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return $"{section.Path} is '{section.Value}'; it must be a section with any of {Allowed}, or an empty one";
        }

        foreach (string misfit in section.GetChildren().SelectMany(MisfitsOfChild))
        {
            yield return misfit;
        }
    }

    private IEnumerable<string> MisfitsOfChild(IConfigurationSection child)
    {
        if (_sections.TryGetValue(child.Key, out ConfigurationShape? shape))
        {
            return shape is not null ? shape.Misfits(child)
                : string.IsNullOrEmpty(child.Value) ? []
                : [$"{child.Path} is '{child.Value}'; it must be a section"];
        }

        if (!_options.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        {
            return [$"{child.Path} is not known; it must be one of {Allowed}"];
        }

        return child.GetChildren().Any() ? [$"{child.Path} is a section; it must be a value"] : [];
    }
}
