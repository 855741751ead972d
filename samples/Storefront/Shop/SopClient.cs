namespace Storefront.Shop;

/// <summary>Places orders at SOP.</summary>
internal sealed class SopClient(HttpClient http)
{
    /// <summary>False when SOP refused, failed or did not answer in time.</summary>
    public async Task<bool> PlaceOrderAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await http.PostAsync("/orders", content: null, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
