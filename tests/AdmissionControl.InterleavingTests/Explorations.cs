namespace AdmissionControl.InterleavingTests;

/// <summary>Tests that run one after another: explorations side by side would only take the processors from each other.</summary>
[CollectionDefinition(Name)]
public static class Explorations
{
    public const string Name = "Explorations";
}
