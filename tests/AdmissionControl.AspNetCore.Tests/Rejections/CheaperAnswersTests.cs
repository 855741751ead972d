using AdmissionControl.AspNetCore.Rejections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AdmissionControl.AspNetCore.Tests.Rejections;

public class CheaperAnswersTests
{
    private readonly LogOf _log = new();

    [Fact]
    public async Task OnShedding_Answers_TakesThePlaceOfTheRefusalAndIsNotCountedAsAdmitted()
    {
        (int Status, int Headers) asked = default;
        await using WebApplication app = await StartAsync(async refusal =>
        {
            asked = (refusal.HttpContext.Response.StatusCode, refusal.HttpContext.Response.Headers.Count);
            await refusal.HttpContext.Response.WriteAsync($"stale: {refusal.Reason}");
            return true;
        });
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        using HttpResponseMessage response = await app.GetAsync("/");

        Assert.Equal("stale: ConcurrencyLimit", await BodyAsync(response));
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Null(response.Headers.RetryAfter);
        Assert.Equal((200, 0), asked);
        Assert.Equal((1, 1), (app.Policy("shop").GetStatistics().TotalAdmitted, app.Policy("shop").GetStatistics().TotalRejected));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OnShedding_DoesNotAnswer_IsRefusedAsEver(bool isAsynchronous)
    {
        await using WebApplication app = await StartAsync(async _ =>
        {
            if (isAsynchronous)
            {
                await Task.Yield();
            }

            return false;
        });
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        using HttpResponseMessage response = await app.GetAsync("/");

        await AssertRefusedAsync(response);
    }

    [Fact]
    public async Task OnShedding_RefusedByARate_IsNotAsked()
    {
        int asked = 0;
        await using WebApplication app = await StartAsync(
            _ =>
            {
                asked++;
                return new(true);
            },
            limit: a => a.AddPolicy("shop", p => p.Rate("1/day")));

        Assert.Equal(200, await app.StatusAsync("/"));
        Assert.Equal(429, await app.StatusAsync("/"));
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData(RejectionReason.Shed, true)]
    [InlineData(RejectionReason.ConcurrencyLimit, true)]
    [InlineData(RejectionReason.QueueFull, true)]
    [InlineData(RejectionReason.QueueTimeout, true)]
    [InlineData(RejectionReason.Displaced, true)]
    [InlineData(RejectionReason.DeadlineUnreachable, true)]
    [InlineData(RejectionReason.LastStage, true)]
    [InlineData(RejectionReason.PartitionRate, false)]
    [InlineData(RejectionReason.Rate, false)]
    [InlineData(RejectionReason.Cancelled, false)]
    [InlineData(RejectionReason.ShuttingDown, false)]
    [InlineData(RejectionReason.None, false)]
    public void MayStandFor_Reason_OnlyForOverload(RejectionReason reason, bool expected) => Assert.Equal(expected, CheaperAnswers.MayStandFor(reason));

    [Fact(Timeout = 30_000)]
    public async Task OnShedding_MoreThanItsBound_IsRefusedWithoutAsking()
    {
        int asked = 0;
        var answer = new TaskCompletionSource<bool>();
        await using WebApplication app = await StartAsync(
            _ =>
            {
                asked++;
                return new(answer.Task);
            },
            concurrency: 1);
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        Task<int> first = app.StatusAsync("/");
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref asked) == 1, TimeSpan.FromSeconds(20)));
        using HttpResponseMessage beyond = await app.GetAsync("/");
        answer.SetResult(true);

        await AssertRefusedAsync(beyond);
        Assert.Equal(1, asked);
        Assert.Equal(200, await first.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(200, await app.StatusAsync("/"));
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OnShedding_Throws_RefusesFreesItsPlaceAndLogsOnce(bool isAsynchronous)
    {
        int asked = 0;
        await using WebApplication app = await StartAsync(
            refusal =>
            {
                asked++;
                refusal.HttpContext.Response.Headers.ContentEncoding = "gzip";
                return isAsynchronous ? ValueTask.FromException<bool>(new FormatException()) : throw new FormatException();
            },
            concurrency: 1);
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await app.GetAsync("/");
            await AssertRefusedAsync(response);
            Assert.Empty(response.Content.Headers.ContentEncoding);
        }

        Assert.Equal(3, asked);
        Assert.Equal((LogLevel.Error, "SheddingFailed"), Assert.Single(_log.Entries));
    }

    [Fact]
    public async Task OnShedding_ThrowsAfterItStarted_AbortsTheConnection()
    {
        await using WebApplication app = await StartAsync(async refusal =>
        {
            await refusal.HttpContext.Response.WriteAsync("half an ans");
            await refusal.HttpContext.Response.Body.FlushAsync();
            throw new FormatException();
        });
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        await Assert.ThrowsAnyAsync<Exception>(async () => await BodyAsync(await app.GetAsync("/")));

        Assert.Equal((LogLevel.Error, "SheddingFailed"), Assert.Single(_log.Entries));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task OnShedding_Cancelled_IsLoggedUnlessTheClientLeft(bool hasLeft, int logged)
    {
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(hasLeft) };
        var answers = new CheaperAnswers(_ => throw new OperationCanceledException(), 1, new RejectionWriter(new()), _log);

        await answers.AnswerAsync(context, AdmissionLease.Refused(RejectionReason.Shed, TimeSpan.FromSeconds(1)));

        Assert.Equal(logged, _log.Entries.Count);
        Assert.Equal(503, context.Response.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task SheddingConcurrency_OutOfRange_StopsTheHostAndNamesIt(int concurrency)
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(_ => new(true), concurrency));

        Assert.Contains($"SheddingConcurrency is '{concurrency}'; it must be from 1 to 10000", exception.Message, StringComparison.Ordinal);
    }

    private Task<WebApplication> StartAsync(
        Func<AdmissionRejectedContext, ValueTask<bool>> onShedding, int concurrency = 16, Action<AdmissionControl.DependencyInjection.AdmissionControlBuilder>? limit = null) =>
        Shop.StartAsync(
            limit ?? (a => a.AddPolicy("shop", p => p.FixedConcurrency(1))),
            app =>
            {
                app.UseAdmissionControl("shop");
                app.MapGet("/", () => "ok");
            },
            s => _log.AddTo(s).Configure<AdmissionMiddlewareOptions>(o =>
            {
                o.OnShedding = onShedding;
                o.SheddingConcurrency = concurrency;
            }));

    private static async Task AssertRefusedAsync(HttpResponseMessage response)
    {
        Assert.Equal(503, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("temporary-reduced-capacity", await BodyAsync(response), StringComparison.Ordinal);
    }

    private static Task<string> BodyAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
