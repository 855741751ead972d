using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AdmissionControl.Simulation.Scenarios;

/// <summary>Scenarios as data: JSON with comments and trailing commas, one scenario a file.</summary>
internal static class ScenarioFile
{
    // Read by reflection: generated code sets every init-only property at construction, what a file leaves out to zero,
    // so that the defaults of the records would be lost.
    internal static readonly JsonSerializerOptions Options = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    internal static readonly JsonDocumentOptions Syntax = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads one scenario.</summary>
    /// <exception cref="FormatException">
    /// The file cannot be read or is no scenario; the message names the file, the property, its value and what is allowed.
    /// </exception>
    public static Scenario Load(string path) => Load(path, Parse);

    /// <summary>Reads a file of any form; what is wrong with it names the file.</summary>
    internal static T Load<T>(string path, Func<string, T> parse)
    {
        try
        {
            string text = File.ReadAllText(path);
            return string.IsNullOrWhiteSpace(text) ? throw new FormatException("the file is empty.") : parse(text);
        }
        catch (FormatException error)
        {
            throw new FormatException($"{path}: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new FormatException($"{path}: {NotJson(error)}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path}: the file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>What is wrong, with the line as editors count it.</summary>
    private static string NotJson(JsonException error)
    {
        int end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string what = end < 0 ? error.Message : error.Message[..end];
        return error.LineNumber is { } line ? $"this is not JSON, line {line + 1}: {what}" : $"this is not JSON: {what}";
    }

    /// <summary>Reads every scenario of a folder, in the order of the files' names. Folders in it are left out.</summary>
    /// <exception cref="FormatException">The folder holds no scenario, one that is bad, or two of one name.</exception>
    public static IReadOnlyList<Scenario> LoadFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FormatException($"{folder}: there is no such folder.");
        }

        string[] paths = [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)];
        if (paths.Length == 0)
        {
            throw new FormatException($"{folder}: the folder holds no scenario; allowed is a file *.json for each.");
        }

        Scenario[] scenarios = [.. paths.Select(Load)];
        Dictionary<string, string> owners = [];
        for (int index = 0; index < paths.Length; index++)
        {
            string name = scenarios[index].Name;
            if (!owners.TryAdd(name, paths[index]))
            {
                throw new FormatException($"{paths[index]}: name is '{name}', which {owners[name]} has already; allowed is a name of its own.");
            }
        }

        return scenarios;
    }

    /// <summary>The scenario as the text of a file.</summary>
    public static string Write(Scenario scenario) => JsonSerializer.Serialize(scenario, Options);

    internal static Scenario Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text, Syntax);
        ScenarioShape.Check(document.RootElement, Options.GetTypeInfo(typeof(Scenario)));
        Scenario scenario = document.Deserialize<Scenario>(Options)!;
        scenario.Check();
        return scenario;
    }
}
