using AdmissionControl;
using AdmissionControl.Http;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection();
services.AddAdmissionControl(admission => // 10 a second; who cannot start within half a second is refused.
    admission.AddPolicy("sop", p => p.Rate("10/s", burst: 2).Queue(maxWait: TimeSpan.FromMilliseconds(500))));
services.AddHttpClient("sop").AddAdmissionControl("sop");

await using ServiceProvider provider = services.BuildServiceProvider();
HttpClient sop = provider.GetRequiredService<IHttpClientFactory>().CreateClient("sop");
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
