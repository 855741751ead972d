using AdmissionControl.Telemetry;
using Microsoft.Extensions.Hosting;

namespace AdmissionControl.DependencyInjection;

/// <summary>Builds every policy before the host starts, so that bad options stop it there, and ends all waits when the host stops.</summary>
internal sealed class AdmissionStartup(AdmissionPolicies policies, IEnumerable<PolicyReference> references, AdmissionMetrics metrics) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (string name in policies.Names)
        {
            _ = policies[name];
        }

        foreach (PolicyReference reference in references)
        {
            if (!policies.TryGet(reference.PolicyName, out _))
            {
                throw policies.Unknown(reference.PolicyName, reference.UsedBy);
            }
        }

        metrics.Start();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        foreach (AdmissionController controller in policies.Built)
        {
            controller.EndWaits();
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
