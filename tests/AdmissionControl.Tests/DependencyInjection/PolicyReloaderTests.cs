using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AdmissionControl.Tests.DependencyInjection;

public class PolicyReloaderTests
{
    [Fact]
    public void Reload_CodeOfAPolicyThrows_IsLoggedAndLeavesThePolicyAndTheOthersAlone()
    {
        var log = new FakeLogCollector();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        configuration["Limit"] = "5";
        configuration["B:Concurrency:Limit"] = "1";
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(log)));
        services.AddAdmissionControl(admission => admission
            .AddPolicy("a", p => p.FixedConcurrency(int.Parse(configuration["Limit"]!, null)))
            .AddPolicy("a", configuration.GetSection("A"))
            .AddPolicy("b", p => p.FixedConcurrency(1))
            .AddPolicy("b", configuration.GetSection("B")));
        using ServiceProvider provider = services.BuildServiceProvider();
        AdmissionPolicies policies = provider.GetRequiredService<AdmissionPolicies>();
        int? Limit(string policy) => policies[policy].GetStatistics().Limit;
        Assert.Equal((5, 1), (Limit("a"), Limit("b")));

        configuration["Limit"] = "not a number";
        configuration["B:Concurrency:Limit"] = "9";
        configuration.Reload();

        Assert.Equal((5, 9), (Limit("a"), Limit("b")));
        FakeLogRecord record = Assert.Single(log.GetSnapshot());
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.Equal("The options of admission policy 'a' could not be reloaded; the ones in force stay.", record.Message);
        Assert.IsType<FormatException>(record.Exception);

        configuration["Limit"] = "7";
        configuration.Reload();
        Assert.Equal((7, 9), (Limit("a"), Limit("b")));
    }

    [Fact]
    public void Reload_UnknownKeyOrEmptySection_KeepsWhatIsInForceAndSaysWhy()
    {
        var log = new FakeLogCollector();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        configuration["Policies:sop:Rate:Limit"] = "1/s";
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(log)));
        services.AddAdmissionControl(configuration);
        using ServiceProvider provider = services.BuildServiceProvider();
        var controller = provider.GetRequiredKeyedService<AdmissionController>("sop");

        configuration["Policies:sop:Rate:Brust"] = "5";
        configuration.Reload();
        Assert.Contains("Policies:sop:Rate:Brust is not known", log.LatestRecord.Exception!.Message, StringComparison.Ordinal);

        configuration["Policies:sop:Rate:Brust"] = null;
        configuration["Policies:sop:Concurrency"] = string.Empty;
        configuration.Reload();
        Assert.Equal(2, log.Count);
        Assert.Null(controller.GetStatistics().Limit);
    }
}
