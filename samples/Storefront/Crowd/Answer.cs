namespace Storefront.Crowd;

/// <summary>How a visit ended.</summary>
internal enum Answer
{
    Served,
    Refused,
    RefusedByBalancer,
    GaveUp,
    Failed,
}
