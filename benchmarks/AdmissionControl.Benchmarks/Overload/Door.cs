using System.Net;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>The way to the server: one request, one answer, over as many kept-alive connections of HTTP/1.1 as it takes.</summary>
internal sealed class Door(Uri address) : IDisposable
{
    // Without what HttpClient puts on top, which the generator would pay for with the server's cores.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    });

    public async Task<Answer> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => Answer.Served,
                HttpStatusCode.ServiceUnavailable => Answer.Refused,
                _ => Answer.Failed,
            };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return Answer.Failed;
        }
    }

    public void Dispose() => _http.Dispose();
}
