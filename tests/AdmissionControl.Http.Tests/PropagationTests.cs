using System.Net;
using AdmissionControl.Policies;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Http.Tests;

/// <summary>What a call says of its importance to the policy here and to the other side.</summary>
public sealed class PropagationTests : IDisposable
{
    private const string Header = "admission-priority";

    private readonly AdmissionController _controller = new("sop", new() { Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 10 } }, new FakeTimeProvider());
    private readonly CancellationToken _test = TestContext.Current.CancellationToken;
    private string? _sent;

    [Fact]
    public async Task SendAsync_ByDefault_SendsNothing()
    {
        AdmissionFlow.Current = new AdmissionRequest(RequestPriority.High) { Cohort = 5 };

        await SendAsync(new(), request => request.SetAdmissionPriority(RequestPriority.Low).SetAdmissionCohort(7));

        Assert.Null(_sent);
    }

    [Fact]
    public async Task SendAsync_NothingKnown_SendsNothingAndDropsWhatIsThere()
    {
        await SendAsync(Sending(RequestPriority.Bulk), request => request.Headers.Add(Header, "0;c=0"));

        Assert.Null(_sent);
        Assert.Equal(1, _controller.GetStatistics().Admitted(RequestPriority.Bulk));
    }

    [Fact]
    public async Task SendAsync_FlowingRequest_IsPassedOnAndCountsHere()
    {
        AdmissionFlow.Current = new AdmissionRequest(RequestPriority.High) { Cohort = 5, Cost = 7 };

        await SendAsync(Sending());

        Assert.Equal("1;c=5", _sent);
        Assert.Equal(1, _controller.GetStatistics().Admitted(RequestPriority.High));
    }

    [Fact]
    public async Task SendAsync_FlowWithoutSending_CountsHere()
    {
        AdmissionFlow.Current = new AdmissionRequest(RequestPriority.Critical);

        await SendAsync(new() { Priority = RequestPriority.Bulk });

        Assert.Equal(1, _controller.GetStatistics().Admitted(RequestPriority.Critical));
    }

    [Theory]
    [InlineData(true, false, "3;c=5", RequestPriority.Low)]
    [InlineData(false, true, "1;c=7", RequestPriority.High)]
    [InlineData(true, true, "3;c=7", RequestPriority.Low)]
    public async Task SendAsync_OwnPriorityOrCohort_GoesBeforeTheFlowingOne(bool hasPriority, bool hasCohort, string expected, RequestPriority counted)
    {
        AdmissionFlow.Current = new AdmissionRequest(RequestPriority.High) { Cohort = 5 };

        await SendAsync(Sending(), request =>
        {
            _ = hasCohort ? request.SetAdmissionCohort(7) : request;
            _ = hasPriority ? request.SetAdmissionPriority(RequestPriority.Low) : request;
        });

        Assert.Equal(expected, _sent);
        Assert.Equal(1, _controller.GetStatistics().Admitted(counted));
    }

    [Fact]
    public async Task SendAsync_CohortAlone_GoesWithTheOptionsPriority()
    {
        await SendAsync(Sending(RequestPriority.Bulk), request => request.SetAdmissionCohort(7));

        Assert.Equal("4;c=7", _sent);
    }

    [Fact]
    public async Task SendAsync_SetAdmissionRequest_TakesThePlaceOfAnEarlierCohort()
    {
        await SendAsync(Sending(), request => request.SetAdmissionCohort(7).SetAdmissionRequest(new(RequestPriority.Low)));
        Assert.Equal("3", _sent);

        await SendAsync(Sending(), request => request.SetAdmissionCohort(7).SetAdmissionRequest(new(RequestPriority.Low) { Cohort = 8 }));
        Assert.Equal("3;c=8", _sent);
    }

    [Fact]
    public async Task SendAsync_ProbeOwnOrFlowing_SaysNothing()
    {
        await SendAsync(Sending(), request => request.SetAdmissionRequest(AdmissionRequest.Exempt));
        Assert.Null(_sent);

        AdmissionFlow.Current = AdmissionRequest.Exempt;
        await SendAsync(Sending());
        Assert.Null(_sent);
    }

    [Fact]
    public async Task SendAsync_MessageSentAgain_HasTheHeaderOnce()
    {
        using var invoker = new HttpMessageInvoker(Handler(Sending()));
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "http://downstream/").SetAdmissionPriority(RequestPriority.Low);

        await invoker.SendAsync(request, _test);
        request.SetAdmissionPriority(RequestPriority.Bulk);
        await invoker.SendAsync(request, _test);

        Assert.Equal("4", _sent);
    }

    [Fact]
    public void Send_Synchronously_PassesItOnToo()
    {
        using var invoker = new HttpMessageInvoker(Handler(Sending()));
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "http://downstream/").SetAdmissionPriority(RequestPriority.Low);

        invoker.Send(request, _test);

        Assert.Equal("3", _sent);
    }

    [Fact]
    public async Task PriorityHeader_Renamed_IsTheOneSent()
    {
        AdmissionHttpOptions options = Sending();
        options.PriorityHeader = "shop-priority";

        HttpRequestMessage request = await SendAsync(options, r => r.SetAdmissionPriority(RequestPriority.Low));

        Assert.Null(_sent);
        Assert.Equal("3", Assert.Single(request.Headers.GetValues("shop-priority")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("admission priority")]
    [InlineData("Content-Type")]
    public void PriorityHeader_NoRequestHeader_IsRefusedAndNamed(string header)
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(
            () => new AdmissionControlHandler(_controller, new() { PriorityHeader = header }));

        Assert.Contains($"PriorityHeader is '{header}'; it must be the name of a header of requests", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetAdmissionCohort_OutOfRange_Throws()
    {
        using var request = new HttpRequestMessage();

        Assert.Throws<ArgumentOutOfRangeException>(() => request.SetAdmissionCohort(128));
    }

    public void Dispose() => _controller.Dispose();

    private static AdmissionHttpOptions Sending(RequestPriority priority = RequestPriority.Normal) => new() { SendsPriority = true, Priority = priority };

    private async Task<HttpRequestMessage> SendAsync(AdmissionHttpOptions options, Action<HttpRequestMessage>? prepare = null)
    {
        using var invoker = new HttpMessageInvoker(Handler(options));
        var request = new HttpRequestMessage(HttpMethod.Get, "http://downstream/");
        prepare?.Invoke(request);
        await invoker.SendAsync(request, _test);
        return request;
    }

    private AdmissionControlHandler Handler(AdmissionHttpOptions options) => new(_controller, options, new FakeTimeProvider())
    {
        InnerHandler = new StubHandler((request, _) =>
        {
            _sent = request.Headers.TryGetValues(Header, out IEnumerable<string>? values) ? string.Join(", ", values) : null;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }),
    };
}
