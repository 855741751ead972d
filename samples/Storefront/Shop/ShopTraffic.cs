namespace Storefront.Shop;

/// <summary>Counts the requests that are anywhere in the shop, and ends those quietly whose customer has left.</summary>
internal sealed class ShopTraffic
{
    private int _inFlight;

    public int InFlight => Volatile.Read(ref _inFlight);

    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The customer gave up: there is nobody to answer.
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
