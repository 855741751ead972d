namespace Storefront.Shop;

/// <summary>The shop's endpoints, mapped once, so that their rank can be given in one place.</summary>
internal sealed record ShopRoutes(
    IEndpointConventionBuilder Health,
    IEndpointConventionBuilder Browse,
    IEndpointConventionBuilder Search,
    IEndpointConventionBuilder Recommendations,
    IEndpointConventionBuilder Checkout)
{
    public static ShopRoutes Map(WebApplication app) => new(
        app.MapGet("/healthz", () => Results.Ok()),
        app.MapGet("/browse", ShopEndpoints.BrowseAsync),
        app.MapGet("/search", ShopEndpoints.SearchAsync),
        app.MapGet("/recommendations", ShopEndpoints.RecommendAsync),
        app.MapPost("/checkout", ShopEndpoints.CheckoutAsync));
}
