using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

/// <summary>Builds controllers on a fake clock.</summary>
internal static class Policy
{
    public static AdmissionController Build(FakeTimeProvider time, Action<AdmissionPolicyBuilder> configure, string name = "test") =>
        new(name, Options(configure), time);

    public static AdmissionPolicyOptions Options(Action<AdmissionPolicyBuilder> configure)
    {
        var options = new AdmissionPolicyOptions();
        configure(new AdmissionPolicyBuilder(options));
        return options;
    }

    public static AdmissionRequest Request(RequestPriority priority = RequestPriority.Normal, int cost = 1) => new(priority) { Cost = cost };
}
