using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AdmissionControl.Simulation.Scenarios;

/// <summary>Compares a file with the types that it is read into, before it is read.</summary>
/// <remarks>So an error names the property, its value and what is allowed, rather than a type.</remarks>
internal static class ScenarioShape
{
    public static void Check(JsonElement value, JsonTypeInfo type, string path = "")
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckObject(value, type, path);
                break;
            case JsonTypeInfoKind.Enumerable:
                CheckList(value, type.Options.GetTypeInfo(type.ElementType!), path);
                break;
            default:
                CheckValue(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path);
                break;
        }
    }

    private static void CheckObject(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, value, "an object { }");
        }

        JsonPropertyInfo[] known = [.. type.Properties.Where(property => property.Set is not null)];
        HashSet<string> seen = [];
        foreach (JsonProperty property in value.EnumerateObject())
        {
            string name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            JsonPropertyInfo match = Array.Find(known, candidate => candidate.Name == property.Name)
                ?? throw new FormatException(
                    $"{name} is no property; allowed are {string.Join(", ", known.Select(candidate => candidate.Name))}.");
            if (!seen.Add(property.Name))
            {
                throw new FormatException($"{name} stands twice; allowed is once.");
            }

            // An optional one may also be null.
            if (property.Value.ValueKind != JsonValueKind.Null || !match.IsSetNullable)
            {
                Check(property.Value, type.Options.GetTypeInfo(match.PropertyType), name);
            }
        }

        if (Array.Find(known, property => property.IsRequired && !seen.Contains(property.Name)) is { } missing)
        {
            throw new FormatException($"{(path.Length == 0 ? "the scenario" : path)} has no {missing.Name}, which is required.");
        }
    }

    private static void CheckList(JsonElement value, JsonTypeInfo element, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(path, value, "a list [ ]");
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            Check(item, element, $"{path}[{index++}]");
        }
    }

    private static void CheckValue(JsonElement value, Type type, string path)
    {
        (bool isRight, string allowed) = type switch
        {
            _ when type == typeof(string) => (value.ValueKind == JsonValueKind.String, "a text"),
            _ when type == typeof(bool) => (value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false"),
            _ when type == typeof(int) => (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _), "a whole number"),
            _ when type.IsEnum => IsNameOf(type, value),
            _ => (value.ValueKind == JsonValueKind.Number, "a number"),
        };
        if (!isRight)
        {
            throw Wrong(path, value, allowed);
        }
    }

    private static (bool IsRight, string Allowed) IsNameOf(Type type, JsonElement value)
    {
        string[] names = [.. Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)];
        bool isRight = value.ValueKind == JsonValueKind.String && names.Contains(value.GetString());
        return (isRight, string.Join(", ", names.Select(name => $"\"{name}\"")));
    }

    private static FormatException Wrong(string path, JsonElement value, string allowed) =>
        new($"{(path.Length == 0 ? "the scenario" : path)} is {value.GetRawText()}; allowed is {allowed}.");
}
