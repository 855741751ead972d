using System.Net;
using System.Net.Http.Headers;
using AdmissionControl.Http.Outcomes;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Http.Tests.Outcomes;

public class HttpOutcomeTests
{
    [Theory]
    [InlineData(200, AdmissionOutcome.Success)]
    [InlineData(302, AdmissionOutcome.Success)]
    [InlineData(404, AdmissionOutcome.Success)]
    [InlineData(409, AdmissionOutcome.Success)]
    [InlineData(400, AdmissionOutcome.Ignored)]
    [InlineData(401, AdmissionOutcome.Ignored)]
    [InlineData(403, AdmissionOutcome.Ignored)]
    [InlineData(405, AdmissionOutcome.Ignored)]
    [InlineData(413, AdmissionOutcome.Ignored)]
    [InlineData(415, AdmissionOutcome.Ignored)]
    [InlineData(408, AdmissionOutcome.Overloaded)]
    [InlineData(429, AdmissionOutcome.Overloaded)]
    [InlineData(503, AdmissionOutcome.Overloaded)]
    [InlineData(504, AdmissionOutcome.Overloaded)]
    [InlineData(500, AdmissionOutcome.Ignored)]
    [InlineData(502, AdmissionOutcome.Ignored)]
    public void Of_Status_Classifies(int status, AdmissionOutcome expected) => Assert.Equal(expected, HttpOutcome.Of((HttpStatusCode)status));

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, AdmissionOutcome.Overloaded)]
    [InlineData(HttpRequestError.NameResolutionError, AdmissionOutcome.Ignored)]
    [InlineData(HttpRequestError.SecureConnectionError, AdmissionOutcome.Ignored)]
    [InlineData(HttpRequestError.Unknown, AdmissionOutcome.Ignored)]
    public void Of_RequestError_Classifies(HttpRequestError error, AdmissionOutcome expected) =>
        Assert.Equal(expected, HttpOutcome.Of(new HttpRequestException(error), isCancelled: false, ranTooLong: false));

    [Theory]
    [InlineData(true, false, AdmissionOutcome.Ignored)]
    [InlineData(true, true, AdmissionOutcome.Overloaded)]
    [InlineData(false, false, AdmissionOutcome.Overloaded)]
    public void Of_Cancellation_Classifies(bool byToken, bool ranTooLong, AdmissionOutcome expected) =>
        Assert.Equal(expected, HttpOutcome.Of(new TaskCanceledException(), byToken, ranTooLong));

    [Fact]
    public void Read_DeltaOrDate_IsBounded()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        TimeSpan longest = TimeSpan.FromMinutes(1);

        Assert.Equal(TimeSpan.FromSeconds(5), RetryAfterHeader.Read(new RetryConditionHeaderValue(TimeSpan.FromSeconds(5)), longest, time));
        Assert.Equal(TimeSpan.FromSeconds(9), RetryAfterHeader.Read(new RetryConditionHeaderValue(time.GetUtcNow().AddSeconds(9)), longest, time));
        Assert.Equal(TimeSpan.Zero, RetryAfterHeader.Read(new RetryConditionHeaderValue(time.GetUtcNow().AddSeconds(-9)), longest, time));
        Assert.Equal(longest, RetryAfterHeader.Read(new RetryConditionHeaderValue(TimeSpan.FromDays(9)), longest, time));
        Assert.Equal(TimeSpan.Zero, RetryAfterHeader.Read(null, longest, time));
    }
}
