using Storefront.Crowd;
using Storefront.Director;
using Storefront.Options;
using Storefront.Shop;
using Storefront.Sop;

namespace Storefront.Roles;

/// <summary>One binary, four processes: which of them this one is.</summary>
internal static class RoleTable
{
    public static Task<int> RunAsync(StorefrontOptions options) => options.Role switch
    {
        Role.Sop => SopRole.RunAsync(options),
        Role.Shop => ShopRole.RunAsync(options),
        Role.Crowd => CrowdRole.RunAsync(options),
        _ => DirectorRole.RunAsync(options),
    };
}
