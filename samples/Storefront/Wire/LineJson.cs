using System.Text.Json;

namespace Storefront.Wire;

/// <summary>How lines are written and read, here and on the page.</summary>
internal static class LineJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web);

    public static Line? Read(string text) => JsonSerializer.Deserialize<Line>(text, Options);
}
