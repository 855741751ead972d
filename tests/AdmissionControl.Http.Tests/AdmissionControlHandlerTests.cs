using System.Net;
using System.Net.Http.Headers;
using AdmissionControl.Policies;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Http.Tests;

public class AdmissionControlHandlerTests
{
    private static readonly Uri Address = new("http://downstream/");

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationToken _test = TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_RateUsedUp_ThrowsTypedExceptionWithoutSending()
    {
        using AdmissionController controller = Controller(new() { Rate = new() { Limit = "1/s", Burst = 1 } });
        using var downstream = new StubHandler();
        using HttpClient client = Client(controller, downstream);
        await client.GetAsync(Address, _test);

        AdmissionRejectedException refusal = await Assert.ThrowsAsync<AdmissionRejectedException>(() => client.GetAsync(Address, _test));

        Assert.Equal("sop", refusal.PolicyName);
        Assert.Equal(RejectionReason.Rate, refusal.Reason);
        Assert.Equal(1, refusal.RetryAfter.TotalSeconds, tolerance: 0.001);
        Assert.Equal(1, downstream.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    public async Task SendAsync_RateUsedUpWithResponse_Is429WithSecondsRoundedUp(int milliseconds)
    {
        using AdmissionController controller = Controller(new() { Rate = new() { Limit = "1/s", Burst = 1 } });
        using HttpClient client = Client(controller, new StubHandler(), new() { Refusal = HttpRefusal.Response });
        await client.GetAsync(Address, _test);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);

        using HttpResponseMessage response = await client.SendAsync(request, _test);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.Same(request, response.RequestMessage);
    }

    [Fact]
    public async Task SendAsync_NoPermitWithResponse_Is503()
    {
        using AdmissionController controller = Controller(Fixed(1));
        using AdmissionLease held = controller.TryAdmit(default);
        using HttpClient client = Client(controller, new StubHandler(), new() { Refusal = HttpRefusal.Response });

        using HttpResponseMessage response = await client.GetAsync(Address, _test);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
    }

    [Fact(Timeout = 30_000)]
    public async Task SendAsync_Queue_WaitsForItsTurn()
    {
        using AdmissionController controller = Controller(Fixed(1, queue: true));
        AdmissionLease held = controller.TryAdmit(default);
        using var downstream = new StubHandler();
        using HttpClient client = Client(controller, downstream);

        Task<HttpResponseMessage> call = client.GetAsync(Address, _test);
        Assert.Equal(0, downstream.Calls);
        held.Complete(AdmissionOutcome.Success);

        Assert.Equal(HttpStatusCode.OK, (await call.WaitAsync(TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact(Timeout = 30_000)]
    public async Task SendAsync_CancelledWhileWaiting_ThrowsWithTheCallersToken()
    {
        using AdmissionController controller = Controller(Fixed(1, queue: true));
        using AdmissionLease held = controller.TryAdmit(default);
        using HttpClient client = Client(controller, new StubHandler());
        using var caller = new CancellationTokenSource();

        Task<HttpResponseMessage> call = client.GetAsync(Address, caller.Token);
        await caller.CancelAsync();

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => call.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(caller.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task SendAsync_CancelledBefore_TakesNothing()
    {
        using AdmissionController controller = Controller(Fixed(1));
        using var invoker = new HttpMessageInvoker(Handler(controller, new StubHandler()));
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invoker.SendAsync(request, new CancellationToken(canceled: true)));

        Assert.Equal(0, controller.GetStatistics().TotalAdmitted);
    }

    [Fact]
    public async Task SendAsync_DownstreamAsksForTime_HoldsTheBucketBack()
    {
        using AdmissionController controller = Controller(new() { Rate = new() { Limit = "10/s", Burst = 10 } });
        using HttpClient client = Client(controller, Busy(TimeSpan.FromHours(1)), new() { MaxRetryAfter = TimeSpan.FromSeconds(30) });

        await client.GetAsync(Address, _test);

        AdmissionRejectedException refusal = await Assert.ThrowsAsync<AdmissionRejectedException>(() => client.GetAsync(Address, _test));
        Assert.Equal(30, refusal.RetryAfter.TotalSeconds, tolerance: 0.2);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public async Task SendAsync_RetryAfterNotFollowed_DoesNotHoldBack()
    {
        using AdmissionController controller = Controller(new() { Rate = new() { Limit = "10/s", Burst = 10 } });
        using HttpClient client = Client(controller, Busy(TimeSpan.FromHours(1)), new() { MaxRetryAfter = TimeSpan.Zero });

        await client.GetAsync(Address, _test);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(Address, _test)).StatusCode);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(6, true)]
    public async Task SendAsync_CancelledCall_IsOverloadOnlyWhenItRanLong(int seconds, bool isOverload)
    {
        using AdmissionController controller = Controller(Aimd());
        using var caller = new CancellationTokenSource();
        using HttpClient client = Client(controller, new StubHandler(async (_, token) =>
        {
            var never = new TaskCompletionSource<HttpResponseMessage>();
            using CancellationTokenRegistration registration = token.Register(() => never.SetCanceled(token));
            return await never.Task;
        }));

        Task<HttpResponseMessage> call = client.GetAsync(Address, caller.Token);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(isOverload, controller.GetStatistics().Limit < 20);
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public async Task SendAsync_Failure_ReleasesAndRethrows()
    {
        using AdmissionController controller = Controller(Fixed(1));
        using HttpClient client = Client(controller, new StubHandler((_, _) => throw new HttpRequestException("gone")));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Address, _test));

        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public async Task SendAsync_PriorityOfMessage_TakesThePlaceOfTheDefault()
    {
        using AdmissionController controller = Controller(Fixed(10));
        using HttpClient client = Client(controller, new StubHandler(), new() { Priority = RequestPriority.Low });
        using HttpRequestMessage critical = new HttpRequestMessage(HttpMethod.Get, Address).SetAdmissionPriority(RequestPriority.Critical);

        await client.GetAsync(Address, _test);
        await client.SendAsync(critical, _test);

        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal(1, statistics.Admitted(RequestPriority.Low));
        Assert.Equal(1, statistics.Admitted(RequestPriority.Critical));
    }

    [Fact]
    public async Task SendAsync_RetryOfNetworkFaultsAround_DoesNotRepeatARefusal()
    {
        using AdmissionController controller = Controller(Fixed(1));
        using AdmissionLease held = controller.TryAdmit(default);
        using var client = new HttpClient(new RetryNetworkFaults { InnerHandler = Handler(controller, new StubHandler()) });

        await Assert.ThrowsAsync<AdmissionRejectedException>(() => client.GetAsync(Address, _test));

        Assert.Equal(1, controller.GetStatistics().TotalRejected);
    }

    [Fact]
    public void Send_WithQueue_NeverWaits()
    {
        using AdmissionController controller = Controller(Fixed(1, queue: true));
        using HttpClient client = Client(controller, new StubHandler());
        using var first = new HttpRequestMessage(HttpMethod.Get, Address);
        using var second = new HttpRequestMessage(HttpMethod.Get, Address);

        Assert.Equal(HttpStatusCode.OK, client.Send(first, _test).StatusCode);
        using AdmissionLease held = controller.TryAdmit(default);
        Assert.Throws<AdmissionRejectedException>(() => client.Send(second, _test));
    }

    [Fact]
    public void Constructor_OptionOutOfRange_NamesOptionValueAndRange()
    {
        using AdmissionController controller = Controller(Fixed(1));

        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(
            () => new AdmissionControlHandler(controller, new() { MaxRetryAfter = TimeSpan.FromSeconds(-1) }));

        Assert.Contains("MaxRetryAfter is '-00:00:01'; it must be from 00:00:00 to 1.00:00:00", exception.Message, StringComparison.Ordinal);
    }

    private static AdmissionPolicyOptions Fixed(int limit, bool queue = false) => new()
    {
        Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = limit },
        Queue = queue ? new() { MaxWait = TimeSpan.FromSeconds(10) } : null,
    };

    private static AdmissionPolicyOptions Aimd() => new()
    {
        Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Aimd, Min = 1, Initial = 20, WindowDuration = TimeSpan.FromMilliseconds(10), WindowSamples = 1 },
    };

    private static StubHandler Busy(TimeSpan retryAfter) => new((_, _) =>
    {
        var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(retryAfter);
        return Task.FromResult(response);
    });

    private AdmissionController Controller(AdmissionPolicyOptions options) => new("sop", options, _time);

    private AdmissionControlHandler Handler(AdmissionController controller, HttpMessageHandler downstream, AdmissionHttpOptions? options = null) =>
        new(controller, options, _time) { InnerHandler = downstream };

    private HttpClient Client(AdmissionController controller, HttpMessageHandler downstream, AdmissionHttpOptions? options = null) =>
        new(Handler(controller, downstream, options));

    private sealed class RetryNetworkFaults : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException) when (attempt < 3)
                {
                }
            }
        }
    }
}
