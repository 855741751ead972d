namespace Storefront.Options;

/// <summary>One option of the command line; a flag has no value name.</summary>
internal sealed record Option(string Name, string? ValueName, string Meaning, Func<StorefrontOptions, string, StorefrontOptions> Apply);
