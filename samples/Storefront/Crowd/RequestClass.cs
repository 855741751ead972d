namespace Storefront.Crowd;

/// <summary>What a customer asks the shop for.</summary>
internal enum RequestClass
{
    Browse,
    Search,
    Recommendations,
    Checkout,
}
