namespace Storefront.Options;

/// <summary>Which runs of the story to play: one alone is for debugging.</summary>
internal enum ArmChoice
{
    Both,
    With,
    Without,
}
