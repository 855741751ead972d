using AdmissionControl.Http.DependencyInjection;
using AdmissionControl.Http.Outcomes;
using AdmissionControl.Http.Refusals;
using AdmissionControl.Propagation;

namespace AdmissionControl.Http;

/// <summary>Sends what its policy admits, and tells the policy how the downstream coped.</summary>
/// <remarks>
/// It holds no state of its own: the limits live in the controller, so that handlers may come and go. A call takes its permit before it is sent and
/// completes when the response headers have arrived; reading the content is not part of it. A refused call ends as
/// <see cref="AdmissionHttpOptions.Refusal"/> says; one that is cancelled while it waits ends with an <see cref="OperationCanceledException"/> as any other
/// cancelled call. Thread-safe.
/// <para>
/// 408, 429, 503, 504, a connection that cannot be made, and a timeout count as <see cref="AdmissionOutcome.Overloaded"/>; a <c>Retry-After</c> that comes with them
/// holds the policy's rate back. Other 5xx, answers given before any work (400, 401, 403, 405, 413, 415), other failures and callers that left say
/// nothing. All else is a <see cref="AdmissionOutcome.Success"/>.
/// </para>
/// </remarks>
public sealed class AdmissionControlHandler : DelegatingHandler
{
    private readonly AdmissionController _controller;
    private readonly TimeProvider _timeProvider;
    private readonly AdmissionRequest _ordinary;
    private readonly HttpRefusal _refusal;
    private readonly TimeSpan _timeoutAfter;
    private readonly TimeSpan _maxRetryAfter;
    private readonly string? _priorityHeader;

    /// <summary>A handler outside dependency injection. Set <see cref="DelegatingHandler.InnerHandler"/> before use.</summary>
    /// <param name="controller">The policy's controller; shared, and not disposed by the handler.</param>
    /// <param name="options">How calls pass; copied. The defaults when null.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="controller"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; the message names it, its value and what is allowed.</exception>
    public AdmissionControlHandler(AdmissionController controller, AdmissionHttpOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(controller);
        options ??= new AdmissionHttpOptions();
        AdmissionHttpOptionsValidator.ThrowIfInvalid(controller.Name, options);
        _controller = controller;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _ordinary = new AdmissionRequest(options.Priority);
        _refusal = options.Refusal;
        _timeoutAfter = options.TimeoutAfter;
        _maxRetryAfter = options.MaxRetryAfter;
        _priorityHeader = options.SendsPriority ? options.PriorityHeader : null;
    }

    /// <summary>Sends the request once it is admitted, waiting where the policy has a queue.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the wait and the call.</param>
    /// <exception cref="AdmissionRejectedException">The policy refused, and <see cref="AdmissionHttpOptions.Refusal"/> is an exception.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for the answer: spend no token on it.
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }

        ValueTask<AdmissionLease> admission = _controller.AdmitAsync(Prepare(request), cancellationToken);
        if (!admission.IsCompletedSuccessfully)
        {
            return WaitAsync(admission, request, cancellationToken);
        }

        AdmissionLease lease = admission.Result;
        return lease.IsAdmitted ? RunAsync(lease, request, cancellationToken) : RefuseAsync(lease, request, cancellationToken);
    }

    /// <summary>Sends the request if it is admitted at once. A synchronous call never waits in the policy's queue: that would block a thread.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="AdmissionRejectedException">The policy refused, and <see cref="AdmissionHttpOptions.Refusal"/> is an exception.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        AdmissionLease lease = _controller.TryAdmit(Prepare(request));
        if (!lease.IsAdmitted)
        {
            return _refusal == HttpRefusal.Exception ? throw Rejected(lease) : RefusalResponse.Create(request, lease.Reason, lease.RetryAfter);
        }

        long started = _timeProvider.GetTimestamp();
        try
        {
            return Complete(lease, base.Send(request, cancellationToken));
        }
        catch (Exception failure)
        {
            Complete(lease, failure, started, cancellationToken);
            throw;
        }
    }

    private async Task<HttpResponseMessage> WaitAsync(ValueTask<AdmissionLease> admission, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AdmissionLease lease = await admission.ConfigureAwait(false);
        Task<HttpResponseMessage> end = lease.IsAdmitted
            ? RunAsync(lease, request, cancellationToken)
            : RefuseAsync(lease, request, cancellationToken);
        return await end.ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> RunAsync(AdmissionLease lease, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        long started = _timeProvider.GetTimestamp();
        try
        {
            return Complete(lease, await base.SendAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            Complete(lease, failure, started, cancellationToken);
            throw;
        }
    }

    /// <summary>A refusal without a throw: whoever awaits the task throws once.</summary>
    private Task<HttpResponseMessage> RefuseAsync(AdmissionLease lease, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (lease.Reason == RejectionReason.Cancelled && cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }

        return _refusal == HttpRefusal.Exception
            ? Task.FromException<HttpResponseMessage>(Rejected(lease))
            : Task.FromResult(RefusalResponse.Create(request, lease.Reason, lease.RetryAfter));
    }

    private HttpResponseMessage Complete(AdmissionLease lease, HttpResponseMessage response)
    {
        AdmissionOutcome outcome = HttpOutcome.Of(response.StatusCode);
        if (outcome == AdmissionOutcome.Overloaded)
        {
            lease.Complete(outcome, RetryAfterHeader.Read(response.Headers.RetryAfter, _maxRetryAfter, _timeProvider));
        }
        else
        {
            lease.Complete(outcome);
        }

        return response;
    }

    private void Complete(AdmissionLease lease, Exception failure, long started, CancellationToken cancellationToken)
    {
        bool ranTooLong = failure is OperationCanceledException && _timeProvider.GetElapsedTime(started) >= _timeoutAfter;
        lease.Complete(HttpOutcome.Of(failure, cancellationToken.IsCancellationRequested, ranTooLong));
    }

    /// <summary>What the policy sees of a call: what the call brings, else what flows, else the option. It is passed on in the same order, without the option, which would overrule the other side's own.</summary>
    private AdmissionRequest Prepare(HttpRequestMessage request)
    {
        AdmissionRequest? own = request.GetAdmissionRequest();
        byte? ownCohort = request.GetAdmissionCohort();
        AdmissionRequest? flowing = AdmissionFlow.Current is { IsExempt: false } current ? current : null;
        AdmissionRequest admission = own ?? _ordinary with { Priority = flowing?.Priority ?? _ordinary.Priority };
        admission = admission with { Cohort = ownCohort ?? flowing?.Cohort };
        if (_priorityHeader is not null)
        {
            bool isKnown = own is not null || ownCohort is not null || flowing is not null;
            request.Headers.Remove(_priorityHeader);
            if (isKnown && !admission.IsExempt)
            {
                request.Headers.TryAddWithoutValidation(_priorityHeader, PriorityField.Format(admission.Priority, admission.Cohort));
            }
        }

        return admission;
    }

    private AdmissionRejectedException Rejected(AdmissionLease lease) => new(_controller.Name, lease.Reason, lease.RetryAfter);
}
