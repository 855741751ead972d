using AdmissionControl;
using AdmissionControl.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
// 10 a second, 2 at once after a pause; who cannot start within half a second is refused.
builder.Services.AddAdmissionControl(admission =>
    admission.AddPolicy("sop", p => p.Rate("10/s", burst: 2).Queue(maxWait: TimeSpan.FromMilliseconds(500))));
builder.Services.AddHttpClient("sop").AddAdmissionControl("sop");

using IHost host = builder.Build();
HttpClient sop = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("sop");
using var order = new HttpRequestMessage(HttpMethod.Post, args.FirstOrDefault("http://127.0.0.1:5082/orders"));
order.SetAdmissionPriority(RequestPriority.Critical);
try
{
    using HttpResponseMessage answer = await sop.SendAsync(order);
    Console.WriteLine(answer.StatusCode);
}
catch (AdmissionRejectedException refusal)
{
    Console.WriteLine($"{refusal.Reason}: come back in {refusal.RetryAfter}");
}
