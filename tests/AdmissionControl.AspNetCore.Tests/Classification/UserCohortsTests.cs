using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AdmissionControl.AspNetCore.Tests.Classification;

public class UserCohortsTests
{
    private readonly LogOf _log = new();

    [Fact]
    public async Task CohortBy_WithoutKey_WarnsOnceAtStartAndDrawsByTheProcess()
    {
        byte? seen = null;
        await using WebApplication app = await StartAsync(o =>
        {
            o.CohortBy = _ => "visitor-17";
            o.Classify = (_, request) =>
            {
                seen = request.Cohort;
                return request;
            };
        });
        Assert.Equal((LogLevel.Warning, "CohortKeyMissing"), Assert.Single(_log.Entries));

        await app.StatusAsync("/");
        await app.StatusAsync("/");

        Assert.Single(_log.Entries);
        Assert.Equal(CohortKey.OfProcess.CohortOf("visitor-17", app.Services.GetRequiredService<TimeProvider>().GetUtcNow()), seen);
    }

    [Fact]
    public async Task CohortBy_WithKeyOrNotSet_DoesNotWarn()
    {
        await using WebApplication without = await StartAsync(_ => { });
        await using WebApplication with = await StartAsync(o =>
        {
            o.CohortBy = _ => "visitor-17";
            o.CohortKey = "sixteen or more characters";
        });

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task CohortKey_TooShort_StopsTheHostAndNamesTheOptionAndNotTheSecret()
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(o => o.CohortKey = "fifteen-letters"));

        Assert.Contains("CohortKey has 15 characters; it must have at least 16", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("fifteen", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("admission priority")]
    public async Task PriorityHeader_NoHeaderName_StopsTheHostAndNamesIt(string header)
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(o => o.PriorityHeader = header));

        Assert.Contains($"PriorityHeader is '{header}'; it must be the name of a header", exception.Message, StringComparison.Ordinal);
    }

    private Task<WebApplication> StartAsync(Action<AdmissionMiddlewareOptions> configure) => Shop.StartAsync(
        a => a.AddPolicy("shop", p => p.FixedConcurrency(1).ShedByPriority()),
        app =>
        {
            app.UseAdmissionControl("shop");
            app.MapGet("/", () => "ok");
        },
        s => _log.AddTo(s).Configure(configure));
}
