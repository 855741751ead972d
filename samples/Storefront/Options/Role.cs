namespace Storefront.Options;

/// <summary>What this process is; without a role argument it directs the others.</summary>
internal enum Role
{
    Director,
    Sop,
    Shop,
    Crowd,
}
