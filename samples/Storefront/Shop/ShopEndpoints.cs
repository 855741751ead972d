namespace Storefront.Shop;

/// <summary>What the shop answers.</summary>
internal static class ShopEndpoints
{
    public static Task BrowseAsync(Backend backend, CancellationToken cancellationToken) => backend.UseAsync(cancellationToken);

    public static Task SearchAsync(Backend backend, CancellationToken cancellationToken) => backend.UseAsync(cancellationToken);

    public static Task RecommendAsync(Backend backend, CancellationToken cancellationToken) => backend.UseAsync(cancellationToken);

    /// <summary>The order goes to SOP first; only a confirmed one is written to the backend.</summary>
    public static async Task<IResult> CheckoutAsync(SopClient sop, Backend backend, CancellationToken cancellationToken)
    {
        if (!await sop.PlaceOrderAsync(cancellationToken))
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        await backend.UseAsync(cancellationToken);
        return Results.Ok();
    }
}
