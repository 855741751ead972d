using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Triage.Scenarios;

/// <summary>Triage scenarios as data: JSON with comments. A file is one scenario in several variants, each at several numbers of slots.</summary>
/// <remarks>
/// A variant is a name and the properties that differ: each takes the place of the file's own. The first number of <c>slots</c> is where the goals decide.
/// </remarks>
internal static class TriageFile
{
    private const string Variants = "variants";
    private const string Slots = "slots";
    private const string NameOfVariant = "name";

    /// <summary>Where the shipped ones are.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "triage-scenarios");

    /// <summary>All shipped ones, in the order of the files' names.</summary>
    public static IReadOnlyList<TriageScenario> LoadShipped() =>
        [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).SelectMany(Load)];

    /// <exception cref="FormatException">The file cannot be read or is no scenario; the message names the file, the property, its value and what is allowed.</exception>
    public static IReadOnlyList<TriageScenario> Load(string path) => ScenarioFile.Load(path, Parse);

    internal static IReadOnlyList<TriageScenario> Parse(string text)
    {
        JsonNode? root = JsonNode.Parse(text, documentOptions: ScenarioFile.Syntax with { AllowDuplicateProperties = false });
        if (root is not JsonObject file)
        {
            throw new FormatException($"the scenario is {root?.ToJsonString() ?? "null"}; allowed is an object {{ }}.");
        }

        JsonObject[] variants = TakeVariants(file);
        List<TriageScenario> scenarios = [];
        for (int index = 0; index < variants.Length; index++)
        {
            try
            {
                scenarios.AddRange(Expand(Merge(file, variants[index])));
            }
            catch (FormatException error) when (variants[index].Count > 0)
            {
                throw new FormatException($"with {Variants}[{index}]: {error.Message}", error);
            }
        }

        if (scenarios.GroupBy(scenario => (scenario.Variant, scenario.Slots)).Any(same => same.Count() > 1))
        {
            throw new FormatException($"{Variants} or {Slots} names one twice; allowed is once.");
        }

        CheckReferences(scenarios);
        return scenarios;
    }

    private static JsonObject[] TakeVariants(JsonObject file)
    {
        if (!file.Remove(Variants, out JsonNode? variants))
        {
            return [[]];
        }

        return variants is JsonArray { Count: > 0 } list && list.All(item => item is JsonObject)
            ? [.. list.Select(item => item!.AsObject())]
            : throw new FormatException($"{Variants} is {variants?.ToJsonString() ?? "null"}; allowed is a list of objects, one at least.");
    }

    private static JsonObject Merge(JsonObject file, JsonObject variant)
    {
        JsonObject merged = file.DeepClone().AsObject();
        foreach ((string name, JsonNode? value) in variant)
        {
            merged[name == NameOfVariant ? "variant" : name] = value?.DeepClone();
        }

        return merged;
    }

    private static IEnumerable<TriageScenario> Expand(JsonObject merged)
    {
        JsonNode? slots = merged.Remove(Slots, out JsonNode? given) ? given : new JsonArray(TriageScenario.UsualSlots);
        if (slots is not JsonArray { Count: > 0 } list || list.Any(item => item is not JsonValue value || !value.TryGetValue(out int _)))
        {
            throw new FormatException($"{Slots} is {slots?.ToJsonString() ?? "null"}; allowed is a list of whole numbers, one at least.");
        }

        using JsonDocument document = JsonDocument.Parse(merged.ToJsonString());
        ScenarioShape.Check(document.RootElement, ScenarioFile.Options.GetTypeInfo(typeof(TriageScenario)));
        TriageScenario scenario = document.Deserialize<TriageScenario>(ScenarioFile.Options)!;
        scenario.Check();
        foreach ((int index, JsonNode? number) in list.Index())
        {
            TriageScenario atSlots = (index == 0 ? scenario : Beside(scenario)) with { Slots = number!.GetValue<int>() };
            atSlots.Check();
            yield return atSlots;
        }
    }

    /// <summary>What is only reported needs no controls, which would take most of the time.</summary>
    private static TriageScenario Beside(TriageScenario scenario) => scenario with
    {
        Decides = false,
        Arms = scenario.Goals.Count == 0 ? scenario.Arms : [.. scenario.Arms.Where(arm => scenario.Goals.Any(goal => goal.MetBy.Contains(arm)))],
        Goals = [.. scenario.Goals.Select(goal => goal with { MissedBy = [] })],
    };

    private static void CheckReferences(List<TriageScenario> scenarios)
    {
        foreach (TriageScenario scenario in scenarios)
        {
            if (scenario.Goals.FirstOrDefault(goal => goal.Against is { } other && !scenarios.Any(one => one.Variant == other && one.Slots == scenario.Slots)) is { } goal)
            {
                throw new FormatException(
                    $"goals: against is '{goal.Against}'; allowed are the variants {string.Join(", ", scenarios.Select(one => one.Variant).Distinct())}.");
            }
        }
    }
}
