using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AdmissionControl.Http.Tests.DependencyInjection;

public class AddAdmissionControlTests
{
    private readonly CancellationToken _test = TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAdmissionControl_UnknownPolicy_StopsTheHostAndNamesTheKnown()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAdmissionControl(a => a.AddPolicy("sop", p => p.FixedConcurrency(1)));
        builder.Services.AddHttpClient("orders").AddAdmissionControl("spo");
        using IHost host = builder.Build();

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(_test));

        Assert.Contains("'spo' (asked for by HttpClient 'orders')", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'sop'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAdmissionControl_NoPolicyAtAll_StopsTheHost()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHttpClient("orders").AddAdmissionControl("sop");
        using IHost host = builder.Build();

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(_test));
    }

    [Fact]
    public async Task AddAdmissionControl_BadOption_StopsTheHostAndNamesIt()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAdmissionControl(a => a.AddPolicy("sop", p => p.FixedConcurrency(1)));
        builder.Services.AddHttpClient("orders").AddAdmissionControl("sop", o => o.TimeoutAfter = TimeSpan.Zero);
        using IHost host = builder.Build();

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(_test));

        Assert.Contains("HttpClient 'orders', policy 'sop'): TimeoutAfter is '00:00:00'; it must be from", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAdmissionControl_TwoHandlersOfOneClient_ShareTheController()
    {
        var services = new ServiceCollection();
        services.AddAdmissionControl(a => a.AddPolicy("sop", p => p.Rate("1/day", burst: 2)));
        services.AddHttpClient("orders").AddAdmissionControl("sop").ConfigurePrimaryHttpMessageHandler(() => new StubHandler());
        await using ServiceProvider provider = services.BuildServiceProvider();

        // What the factory does at each rotation, without waiting for one.
        using var first = new HttpMessageInvoker(Build(provider));
        using var second = new HttpMessageInvoker(Build(provider));

        await first.SendAsync(new(HttpMethod.Get, "http://downstream/"), _test);
        await second.SendAsync(new(HttpMethod.Get, "http://downstream/"), _test);
        await Assert.ThrowsAsync<AdmissionRejectedException>(() => first.SendAsync(new(HttpMethod.Get, "http://downstream/"), _test));
        await Assert.ThrowsAsync<AdmissionRejectedException>(() => second.SendAsync(new(HttpMethod.Get, "http://downstream/"), _test));
    }

    [Fact]
    public async Task AddAdmissionControl_OverRealHttp_RefusesBeforeItSends()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAdmissionControl(a => a.AddPolicy("sop", p => p.Rate("10/s", burst: 5)));
        builder.Services.AddHttpClient("orders").AddAdmissionControl("sop");
        await using WebApplication app = builder.Build();
        int calls = 0;
        app.MapGet("/", (HttpContext context) =>
        {
            Interlocked.Increment(ref calls);
            context.Response.Headers.RetryAfter = "30";
            context.Response.StatusCode = 503;
        });
        await app.StartAsync(_test);
        using HttpClient client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        using HttpResponseMessage response = await client.GetAsync(new Uri(app.Urls.Single()), _test);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await Assert.ThrowsAsync<AdmissionRejectedException>(() => client.GetAsync(new Uri(app.Urls.Single()), _test));

        Assert.Equal(1, calls);
    }

    private static HttpMessageHandler Build(IServiceProvider provider)
    {
        HttpMessageHandlerBuilder builder = provider.GetRequiredService<HttpMessageHandlerBuilder>();
        builder.Name = "orders";
        foreach (Action<HttpMessageHandlerBuilder> action in
            provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get("orders").HttpMessageHandlerBuilderActions)
        {
            action(builder);
        }

        return builder.Build();
    }
}
