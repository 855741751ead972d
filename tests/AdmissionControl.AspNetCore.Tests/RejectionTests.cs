using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.AspNetCore.Tests;

public class RejectionTests
{
    [Fact]
    public async Task Refusal_ByRate_Is429WithProblemAndRetryAfterRoundedUp()
    {
        var time = new FakeTimeProvider();
        await using WebApplication app = await Shop.StartAsync(a => a.AddPolicy("shop", p => p.Rate("1/10s")), Map, time: time);
        await app.GetAsync("/");
        time.Advance(TimeSpan.FromMilliseconds(2500));

        using HttpResponseMessage response = await app.GetAsync("/");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("8", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.True(response.Headers.CacheControl?.NoStore);
        await AssertProblemAsync(response, 429, "quota-exceeded");
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Refusal_ForOverload_HasTheConfiguredStatusAndItsOwnProblem(int status)
    {
        await using WebApplication app = await Shop.StartAsync(
            a => a.AddPolicy("shop", p => p.FixedConcurrency(1)), Map, s => s.Configure<AdmissionMiddlewareOptions>(o => o.OverloadStatusCode = status));
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        using HttpResponseMessage response = await app.GetAsync("/");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3);
        await AssertProblemAsync(response, status, "temporary-reduced-capacity");
    }

    [Fact]
    public async Task Refusal_CostAboveTheBurst_NamesNoTime()
    {
        await using WebApplication app = await Shop.StartAsync(
            a => a.AddPolicy("shop", p => p.Rate("1/s", burst: 2)), Map,
            s => s.Configure<AdmissionMiddlewareOptions>(o => o.Classify = (_, request) => request with { Cost = 3 }));

        using HttpResponseMessage response = await app.GetAsync("/");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Null(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task OnRejected_Set_WritesTheBody()
    {
        await using WebApplication app = await Shop.StartAsync(
            a => a.AddPolicy("shop", p => p.FixedConcurrency(1)), Map,
            s => s.Configure<AdmissionMiddlewareOptions>(o => o.OnRejected = r => new(r.HttpContext.Response.WriteAsync($"full: {r.Reason}"))));
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        using HttpResponseMessage response = await app.GetAsync("/");

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("full: ConcurrencyLimit", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static void Map(WebApplication app)
    {
        app.UseAdmissionControl("shop");
        app.MapGet("/", () => "ok");
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status, string type)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal("https://iana.org/assignments/http-problem-types#" + type, problem.GetProperty("type").GetString());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
    }
}
