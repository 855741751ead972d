using System.Net;

namespace AdmissionControl.Http.Tests;

/// <summary>A downstream that answers as told and counts.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public StubHandler(HttpStatusCode status = HttpStatusCode.OK)
        : this((_, _) => Task.FromResult(new HttpResponseMessage(status)))
    {
    }

    public int Calls { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Calls++;
        return answer(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Calls++;
        return answer(request, cancellationToken).GetAwaiter().GetResult();
    }
}
