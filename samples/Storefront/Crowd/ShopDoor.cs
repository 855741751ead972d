using System.Net;
using System.Net.Sockets;

namespace Storefront.Crowd;

/// <summary>The crowd's way into the shop: one request, one answer, over HTTP/1.1 connections that are kept alive.</summary>
internal sealed class ShopDoor : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = ConnectAsync,
    });

    private readonly Uri[] _addresses;
    private volatile bool _inRotation = true;

    public ShopDoor(int port)
    {
        _addresses = [.. Enum.GetNames<RequestClass>().Select(name => new Uri($"http://127.0.0.1:{port}/{name.ToLowerInvariant()}"))];
    }

    /// <summary>False while the load balancer keeps customers out.</summary>
    public bool InRotation
    {
        get => _inRotation;
        set => _inRotation = value;
    }

    public async Task<Answer> AskAsync(RequestClass requestClass, CancellationToken patience)
    {
        if (!_inRotation)
        {
            return Answer.RefusedByBalancer;
        }

        try
        {
            HttpMethod method = requestClass == RequestClass.Checkout ? HttpMethod.Post : HttpMethod.Get;
            using HttpRequestMessage request = new(method, _addresses[(int)requestClass]);
            using HttpResponseMessage response = await _http.SendAsync(request, patience).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => Answer.Served,
                HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => Answer.Refused,
                _ => Answer.Failed,
            };
        }
        catch (OperationCanceledException)
        {
            return Answer.GaveUp;
        }
        catch (HttpRequestException)
        {
            return patience.IsCancellationRequested ? Answer.GaveUp : Answer.Failed;
        }
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // A customer who gives up closes the connection at once. Without the reset, thousands of closed connections
        // a second would use up the machine's ports, and the run would measure that.
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
