using System.Diagnostics.Metrics;

namespace AdmissionControl.Telemetry;

/// <summary>The meter <c>AdmissionControl</c>. Every instrument is observable: it reads what the controllers count anyway, and only when somebody listens.</summary>
internal sealed class AdmissionMetrics : IDisposable
{
    public const string MeterName = "AdmissionControl";

    private readonly AdmissionPolicies _policies;
    private readonly Meter _meter;

    public AdmissionMetrics(AdmissionPolicies policies, IMeterFactory? factory)
    {
        _policies = policies;
        _meter = factory?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
    }

    /// <summary>Publishes the instruments.</summary>
    public void Start()
    {
        _meter.CreateObservableCounter(
            "admission_control.requests", Requests, "{request}", "Requests that asked for admission, by policy, priority and result.");
        _meter.CreateObservableCounter(
            "admission_control.withdrawn", Withdrawn, "{request}", "Requests that the policy admitted and a later one of their stack refused, by policy and priority. They count as admitted, too.");
        _meter.CreateObservableUpDownCounter(
            "admission_control.in_flight", () => Each(s => s.InFlight), "{permit}", "Permits in flight.");
        _meter.CreateObservableUpDownCounter(
            "admission_control.waiting", () => Each(s => s.Waiting), "{request}", "Requests in the wait queue.");
        _meter.CreateObservableGauge(
            "admission_control.oldest_lease", () => EachController(c => c.GetOldestLeaseAge().TotalSeconds), "s", "The age of the oldest lease that is out: a lost one shows as an age that grows for ever.");
        _meter.CreateObservableGauge(
            "admission_control.pressure", () => EachController(c => c.EffectiveMode == AdmissionMode.Off ? 0 : c.SeenPressure), "1", "The share of the requests without a free permit that triage turns away now, or would.");
        _meter.CreateObservableGauge(
            "admission_control.mode", () => EachController(c => (int)c.EffectiveMode), "1", "0: decisions are carried out; 1: they are only counted; 2: there are none.");
        _meter.CreateObservableGauge(
            "admission_control.limit", () => Each(s => s.Limit), "{permit}", "The concurrency limit in force.");
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Requests()
    {
        foreach (AdmissionController controller in _policies.Built)
        {
            AdmissionStatistics statistics = controller.GetStatistics();
            foreach (RequestPriority priority in Enum.GetValues<RequestPriority>())
            {
                foreach (RejectionReason reason in Enum.GetValues<RejectionReason>())
                {
                    // A counter must not fall, so who was withdrawn stays among the admitted.
                    long count = statistics.Rejected(priority, reason) + (reason == RejectionReason.None ? statistics.Withdrawn(priority) : 0);
                    if (count > 0)
                    {
                        yield return new(
                            count,
                            new("admission_control.policy", controller.Name),
                            new("admission_control.priority", Name(priority.ToString())),
                            new("admission_control.result", reason == RejectionReason.None ? "admitted" : Name(reason.ToString())));
                    }
                }
            }
        }
    }

    private IEnumerable<Measurement<long>> Withdrawn()
    {
        foreach (AdmissionController controller in _policies.Built)
        {
            AdmissionStatistics statistics = controller.GetStatistics();
            foreach (RequestPriority priority in Enum.GetValues<RequestPriority>())
            {
                if (statistics.Withdrawn(priority) is > 0 and var count)
                {
                    yield return new(count, new("admission_control.policy", controller.Name), new("admission_control.priority", Name(priority.ToString())));
                }
            }
        }
    }

    private IEnumerable<Measurement<T>> EachController<T>(Func<AdmissionController, T> read)
        where T : struct =>
        _policies.Built.Select(controller => new Measurement<T>(read(controller), new KeyValuePair<string, object?>("admission_control.policy", controller.Name)));

    private IEnumerable<Measurement<int>> Each(Func<AdmissionStatistics, int?> read)
    {
        foreach (AdmissionController controller in _policies.Built)
        {
            if (read(controller.GetStatistics()) is { } value)
            {
                yield return new(value, new KeyValuePair<string, object?>("admission_control.policy", controller.Name));
            }
        }
    }

    /// <summary>The name of a value in the form of tags: <c>QueueFull</c> becomes <c>queue_full</c>.</summary>
    private static string Name(string value) =>
        string.Concat(value.Select((c, i) => char.IsUpper(c) ? (i == 0 ? string.Empty : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
