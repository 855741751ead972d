using System.Net;
using System.Security.Claims;
using AdmissionControl.AspNetCore.Classification;
using AdmissionControl.AspNetCore.Endpoints;
using AdmissionControl.Policies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.AspNetCore.Tests.Classification;

public sealed class RequestClassifierTests : IDisposable
{
    private const string Secret = "sixteen or more characters";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly AdmissionMiddlewareOptions _options = new();
    private readonly DefaultHttpContext _context = new();
    private readonly List<AdmissionController> _controllers = [];

    [Theory]
    [InlineData("3", RequestPriority.Low)]
    [InlineData("4;c=0", RequestPriority.Bulk)]
    [InlineData("2", RequestPriority.Normal)]
    [InlineData("1", RequestPriority.Normal)]
    [InlineData("0;c=0", RequestPriority.Normal)]
    [InlineData("4;c=128", RequestPriority.Normal)]
    [InlineData("bulk", RequestPriority.Normal)]
    public void Classify_HeaderOfAStranger_OnlyLowersAndNamesNoCohort(string header, RequestPriority expected)
    {
        _context.Request.Headers["admission-priority"] = header;

        AdmissionRequest request = Classify();

        Assert.Equal(expected, request.Priority);
        Assert.Null(request.Cohort);
    }

    [Theory]
    [InlineData("0;c=87", RequestPriority.Critical, 87)]
    [InlineData("4", RequestPriority.Bulk, null)]
    [InlineData("0;c=900", RequestPriority.Normal, null)]
    public void Classify_HeaderOfATrustedCaller_IsTakenAsItIs(string header, RequestPriority expected, int? cohort)
    {
        _options.IsTrusted = _ => true;
        _context.Request.Headers["admission-priority"] = header;

        AdmissionRequest request = Classify();

        Assert.Equal(expected, request.Priority);
        Assert.Equal(cohort, request.Cohort);
    }

    [Fact]
    public void Classify_HeaderOfACallerWhomIsTrustedRejects_OnlyLowers()
    {
        _options.IsTrusted = context => context.Request.Headers.ContainsKey("x");
        _context.Request.Headers["admission-priority"] = "0;c=5";

        Assert.Equal((RequestPriority.Normal, null), Of(Classify()));
    }

    [Fact]
    public void Classify_HeaderTwice_IsIgnored()
    {
        _context.Request.Headers["admission-priority"] = new(["3", "4"]);

        Assert.Equal(RequestPriority.Normal, Classify().Priority);
    }

    [Fact]
    public void Classify_HeaderRenamedOrOff_ReadsNoOtherButTheUrgency()
    {
        _context.Request.Headers["admission-priority"] = "4";
        _context.Request.Headers["shop-priority"] = "3";

        _options.PriorityHeader = "shop-priority";
        Assert.Equal(RequestPriority.Low, Classify().Priority);
        _options.PriorityHeader = null;
        Assert.Equal(RequestPriority.Normal, Classify().Priority);
        _options.ReadsUrgency = true;
        _context.Request.Headers["Priority"] = "u=6";
        Assert.Equal(RequestPriority.Low, Classify().Priority);
    }

    [Theory]
    [InlineData(true, RequestPriority.Normal, RequestPriority.Low)]
    [InlineData(true, RequestPriority.High, RequestPriority.High)]
    [InlineData(true, RequestPriority.Bulk, RequestPriority.Bulk)]
    [InlineData(false, RequestPriority.Normal, RequestPriority.Normal)]
    public void Classify_Urgency_LowersNormalOnlyWhenAskedTo(bool reads, RequestPriority endpoint, RequestPriority expected)
    {
        _options.ReadsUrgency = reads;
        _context.Request.Headers["Priority"] = "u=7, i";

        Assert.Equal(expected, Classify(new AdmissionRequest(endpoint)).Priority);
    }

    [Fact]
    public void Classify_Probe_TakesNothingFromTheWire()
    {
        _options.IsTrusted = _ => true;
        _options.UnauthenticatedIsAnonymous = true;
        _context.Request.Method = "GET";
        _context.Request.Path = "/healthz";
        _context.Request.Headers["admission-priority"] = "0;c=5";

        Assert.Equal(AdmissionRequest.Exempt, Classify());
    }

    [Fact]
    public void Classify_Probe_HasItsPartitionWhateverThePolicies()
    {
        _context.Request.Method = "GET";
        _context.Request.Path = "/healthz";
        _context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
        PartitionKey expected = PartitionKey.From(IPAddress.Parse("203.0.113.9")).Within(PartitionKey.From(IPAddress.Parse("203.0.113.77"), 24, 48));

        Assert.Equal(AdmissionRequest.Exempt with { Partition = expected }, Classify(policy: p => p.FixedConcurrency(1)));
        _context.Request.Path = "/";
        Assert.Equal(expected, Classify(AdmissionRequest.Exempt, p => p.FixedConcurrency(1)).Partition);
        Assert.Equal(default, Classify(policy: p => p.FixedConcurrency(1)).Partition);
    }

    [Fact]
    public void Classify_CohortByWithKey_DrawsAsEveryServiceWithThatKey()
    {
        _options.CohortBy = _ => "visitor-17";
        _options.CohortKey = Secret;

        byte? atFirst = Classify().Cohort;
        Assert.Equal(new CohortKey(Secret).CohortOf("visitor-17", _time.GetUtcNow()), atFirst);

        // The draw is another one after an hour or two, almost surely: what counts is that the clock is asked.
        var drawn = new HashSet<byte?>();
        for (int hour = 0; hour < 48; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(new CohortKey(Secret).CohortOf("visitor-17", _time.GetUtcNow()), Classify().Cohort);
            drawn.Add(Classify().Cohort);
        }

        Assert.True(drawn.Count > 10);
    }

    [Fact]
    public void Classify_CohortByWithoutUser_LeavesItToTheController()
    {
        _options.CohortBy = _ => null;
        _options.CohortKey = Secret;

        Assert.Null(Classify().Cohort);
    }

    [Fact]
    public void Classify_CohortByWithoutTriage_IsAskedOnlyWhenThePriorityFlows()
    {
        _options.CohortBy = _ => "visitor-17";
        _options.CohortKey = Secret;

        Assert.Null(Classify(policy: p => p.FixedConcurrency(1)).Cohort);
        _options.FlowsPriority = true;
        Assert.NotNull(Classify(policy: p => p.FixedConcurrency(1)).Cohort);
    }

    [Theory]
    [InlineData("2;c=5", 5)]
    [InlineData("2", null)]
    public void Classify_CohortOfATrustedCaller_Wins(string header, int? expected)
    {
        _options.IsTrusted = _ => true;
        _options.CohortBy = _ => "visitor-17";
        _options.CohortKey = Secret;
        _context.Request.Headers["admission-priority"] = header;

        int drawn = new CohortKey(Secret).CohortOf("visitor-17", _time.GetUtcNow());
        Assert.Equal(expected ?? drawn, (int?)Classify().Cohort);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Classify_Fairness_NeedsTheClientAndItsNetwork(bool isFair)
    {
        _context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");

        PartitionKey partition = Classify(policy: p => _ = isFair ? p.FixedConcurrency(1).ShedFairly() : p.FixedConcurrency(1).ShedByPriority()).Partition;

        Assert.Equal(
            isFair ? PartitionKey.From(IPAddress.Parse("203.0.113.9")).Within(PartitionKey.From(IPAddress.Parse("203.0.113.77"), 24, 48)) : default, partition);
    }

    [Fact]
    public void Classify_UnauthenticatedIsAnonymous_LooksAtTheUserAndMakesNone()
    {
        Assert.False(Classify().IsAnonymous);
        _options.UnauthenticatedIsAnonymous = true;
        Assert.True(Classify().IsAnonymous);
        Assert.Null(_context.Features.Get<IHttpAuthenticationFeature>()?.User);
        _context.User = new ClaimsPrincipal(new ClaimsIdentity());
        Assert.True(Classify().IsAnonymous);
        _context.User = new ClaimsPrincipal(new ClaimsIdentity("cookie"));
        Assert.False(Classify().IsAnonymous);
    }

    [Fact]
    public void Classify_Classify_HasTheLastWord()
    {
        _options.IsTrusted = _ => true;
        _options.Classify = (_, request) => new AdmissionRequest((RequestPriority)((int)request.Priority + 1)) { Cohort = (byte)(request.Cohort!.Value + 1) };
        _context.Request.Headers["admission-priority"] = "1;c=7";

        Assert.Equal((RequestPriority.Normal, 8), Of(Classify()));
    }

    [Fact]
    public void Classify_Everything_AllocatesNothing()
    {
        _options.IsTrusted = _ => false;
        _options.ReadsUrgency = true;
        _options.UnauthenticatedIsAnonymous = true;
        _options.CohortBy = _ => "visitor-17";
        _options.CohortKey = Secret;
        _context.Connection.RemoteIpAddress = IPAddress.Loopback;
        _context.Request.Headers["Priority"] = "i, u=7";
        _context.Request.Headers["admission-priority"] = "4;c=87;x=y";
        (RequestClassifier classifier, EndpointPlan plan) = (Classifier(), Plan(default, p => p.FixedConcurrency(1).ShedFairly()));
        for (int i = 0; i < 100; i++)
        {
            classifier.Classify(_context, plan);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            classifier.Classify(_context, plan);
        }

        // Less than the smallest object for each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    public void Dispose() => _controllers.ForEach(controller => controller.Dispose());

    private static (RequestPriority Priority, int? Cohort) Of(AdmissionRequest request) => (request.Priority, request.Cohort);

    private AdmissionRequest Classify(AdmissionRequest endpoint = default, Action<AdmissionPolicyBuilder>? policy = null) =>
        Classifier().Classify(_context, Plan(endpoint, policy ?? (p => p.FixedConcurrency(1).ShedByPriority())));

    private RequestClassifier Classifier() => new(_options, _time, NullLogger.Instance);

    private EndpointPlan Plan(AdmissionRequest endpoint, Action<AdmissionPolicyBuilder> policy)
    {
        var options = new AdmissionPolicyOptions();
        policy(new AdmissionPolicyBuilder(options));
        var controller = new AdmissionController("shop", options, _time);
        _controllers.Add(controller);
        return new EndpointPlan([controller], endpoint);
    }
}
