using AdmissionControl;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Policies:sop:Rate:Limit"] = "10/s",
    ["Policies:sop:Rate:Burst"] = "2",
    ["Policies:sop:Shares:Bulk"] = "0.5",
}).Build();
var services = new ServiceCollection();
services.AddAdmissionControl(configuration).AddPolicy("shop", policy => policy.AdaptiveConcurrency().ShedByPriority());
using ServiceProvider provider = services.BuildServiceProvider();

AdmissionController sop = provider.GetRequiredKeyedService<AdmissionController>("sop");
AdmissionController shop = provider.GetRequiredKeyedService<AdmissionController>("shop");
bool[] checks =
[
    sop.TryAdmit(new AdmissionRequest(RequestPriority.Critical)).IsAdmitted,
    sop.TryAdmit(new AdmissionRequest(RequestPriority.Critical)).IsAdmitted,
    sop.TryAdmit(new AdmissionRequest(RequestPriority.Critical)) is { IsAdmitted: false, Reason: RejectionReason.Rate },
    shop.TryAdmit(default).IsAdmitted,
    shop.GetStatistics() is { InFlight: 1, Limit: 20 },
];

Console.WriteLine($"AOT checks: {string.Join(' ', checks)}");
return checks.All(check => check) ? 0 : 1;
