using System.Diagnostics.Metrics;
using AdmissionControl.Concurrency;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.DependencyInjection;

public class AdmissionControlServiceCollectionExtensionsTests
{
    [Fact]
    public void AddAdmissionControl_InCode_GivesOneControllerAPolicy()
    {
        using ServiceProvider provider = Provide(s => s.AddAdmissionControl(a => a.AddPolicy("sop", p => p.Rate("10/s", burst: 5))));

        var controller = provider.GetRequiredKeyedService<AdmissionController>("sop");

        Assert.Same(controller, provider.GetRequiredService<AdmissionPolicies>()["sop"]);
        Assert.Equal(5, controller.GetStatistics().AvailablePermits);
    }

    [Fact]
    public void AddAdmissionControl_Twice_Composes()
    {
        using ServiceProvider provider = Provide(s =>
        {
            s.AddAdmissionControl(a => a.AddPolicy("a", p => p.FixedConcurrency(1)));
            s.AddAdmissionControl(a => a.AddPolicy("b", p => p.FixedConcurrency(2)).AddPolicy("a", p => p.Rate("1/s")));
        });

        AdmissionPolicies policies = provider.GetRequiredService<AdmissionPolicies>();

        Assert.Equal(["a", "b"], policies.Names);
        Assert.Equal((1, 1), (policies["a"].GetStatistics().Limit, policies["a"].GetStatistics().AvailablePermits));
        Assert.Single(provider.GetServices<IHostedService>());
    }

    [Fact]
    public void AddAdmissionControl_UnknownName_FailsWithTheKnownOnes()
    {
        using ServiceProvider provider = Provide(s => s.AddAdmissionControl(a => a.AddPolicy("shop", p => p.FixedConcurrency(1)).AddPolicy("sop", p => p.Rate("1/s"))));

        var exception = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<AdmissionController>("sopp"));

        Assert.Contains("'sopp'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'shop', 'sop'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddAdmissionControl_FromConfiguration_ReadsEveryStage()
    {
        using ServiceProvider provider = Provide(s => s.AddAdmissionControl(Configuration(
            ("Policies:sop:Rate:Limit", "600/min"),
            ("Policies:sop:Rate:Burst", "3"),
            ("Policies:sop:RatePerPartition:Limit", "1/s"),
            ("Policies:sop:Concurrency:Algorithm", "Gradient"),
            ("Policies:sop:Concurrency:Min", "7"),
            ("Policies:sop:Concurrency:Initial", "9"),
            ("Policies:sop:Queue:MaxWait", "00:00:02"),
            ("Policies:sop:Shares:Bulk", "0.5"),
            ("Policies:sop:OverloadRetryAfter", "00:00:05"))));

        var controller = provider.GetRequiredKeyedService<AdmissionController>("sop");

        Assert.Equal((9, 3), (controller.GetStatistics().Limit, controller.GetStatistics().AvailablePermits));
        Assert.True(controller.IsPartitioned);
        Assert.Equal(TimeSpan.FromSeconds(2), controller.Plan.Queue!.MaxWait);
        Assert.Equal(0.5, controller.Plan.Shares[RequestPriority.Bulk]);
        Assert.Equal(TimeSpan.FromSeconds(5), controller.Plan.OverloadRetryAfter);
    }

    [Fact]
    public async Task StartAsync_BadOptions_StopsTheHostWithNameValueAndRange()
    {
        using IHost host = Host(s => s.AddAdmissionControl(Configuration(("Policies:sop:Rate:Limit", "NaN/s"), ("Policies:sop:Rate:Burst", "-1"))));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("policy 'sop': Rate:Limit is 'NaN/s'; it must be from 1/day to 1000000000/s", exception.Message, StringComparison.Ordinal);
        Assert.Contains("policy 'sop': Rate:Burst is '-1'; it must be from 1", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Policies:sop:Rate:Brust", "Admission policy 'sop': AdmissionControl:Policies:sop:Rate:Brust is not known; it must be one of Limit, Burst.")]
    [InlineData("Polices:sop:Rate:Limit", "Admission control: AdmissionControl:Polices is not known; it must be one of Policies, Mode.")]
    public async Task StartAsync_UnknownConfigurationKey_StopsTheHostWithItsPathAndWhatIsAllowed(string key, string message)
    {
        IConfigurationRoot configuration = Configuration(("AdmissionControl:Policies:sop:Rate:Limit", "1/s"), ($"AdmissionControl:{key}", "5"));
        using IHost host = Host(s => s.AddAdmissionControl(configuration.GetSection("AdmissionControl")));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void AddAdmissionControl_RootOfAConfiguration_LooksAtNothingButPolicies()
    {
        using ServiceProvider provider = Provide(s => s.AddAdmissionControl(Configuration(("Policies:sop:Rate:Limit", "1/s"), ("Mode", "whose?"), ("AllowedHosts", "*"))));

        AdmissionPolicies policies = provider.GetRequiredService<AdmissionPolicies>();

        Assert.Equal(["sop"], policies.Names);
        Assert.Equal(AdmissionMode.Enforce, policies.Mode);
    }

    [Fact]
    public void AddPolicy_NameInAnotherCase_IsTheSamePolicy()
    {
        IConfigurationRoot configuration = Configuration(("Policies:SOP:Concurrency:Limit", "5"));
        using ServiceProvider provider = Provide(s =>
        {
            s.AddAdmissionControl(a => a.AddPolicy("sop", p => p.FixedConcurrency(1)));
            s.AddAdmissionControl(configuration).AddPolicy("Sop", p => p.Rate("10/s", burst: 3));
        });
        AdmissionPolicies policies = provider.GetRequiredService<AdmissionPolicies>();
        AdmissionController controller = policies["sOP"];

        Assert.Equal(["sop"], policies.Names);
        Assert.Equal(("sop", 5, 3), (controller.Name, controller.GetStatistics().Limit, controller.GetStatistics().AvailablePermits));
        Assert.All(["sop", "SOP", "Sop", "sOp"], name => Assert.Same(controller, provider.GetRequiredKeyedService<AdmissionController>(name)));

        configuration["Policies:SOP:Concurrency:Limit"] = "7";
        configuration.Reload();
        Assert.Equal(7, controller.GetStatistics().Limit);
    }

    [Fact]
    public async Task StopAsync_WithWaiters_EndsTheirWait()
    {
        using IHost host = Host(s => s.AddAdmissionControl(a => a.AddPolicy("sop", p => p.FixedConcurrency(1).Queue(TimeSpan.FromHours(1)))));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var controller = host.Services.GetRequiredKeyedService<AdmissionController>("sop");
        AdmissionLease held = controller.TryAdmit(default);
        Task<AdmissionLease> waiting = controller.AdmitAsync(default, TestContext.Current.CancellationToken).AsTask();

        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(RejectionReason.ShuttingDown, (await waiting).Reason);
        held.Dispose();
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public void Reload_NewValues_TakeEffectWithoutARestart()
    {
        IConfigurationRoot configuration = Configuration(("Policies:sop:Rate:Limit", "1/h"), ("Policies:sop:Concurrency:Algorithm", "Fixed"), ("Policies:sop:Concurrency:Limit", "1"));
        using ServiceProvider provider = Provide(s => s.AddAdmissionControl(configuration));
        var controller = provider.GetRequiredKeyedService<AdmissionController>("sop");

        configuration["Policies:sop:Concurrency:Limit"] = "5";
        configuration["Policies:sop:Shares:Bulk"] = "0.2";
        configuration.Reload();

        Assert.Equal(5, controller.GetStatistics().Limit);
        Assert.Equal(0.2, controller.Plan.Shares[RequestPriority.Bulk]);
    }

    [Fact]
    public void Reload_Objective_RestartsTheRuleWithIt()
    {
        IConfigurationRoot configuration = Configuration(("Policies:shop:Concurrency:Objective", "00:00:00.300"));
        using ServiceProvider provider = Provide(s => s.AddAdmissionControl(configuration));
        var controller = provider.GetRequiredKeyedService<AdmissionController>("shop");
        Assert.Equal(new KneeLimit(objective: TimeSpan.FromSeconds(0.3)), controller.Plan.Algorithm);

        configuration["Policies:shop:Concurrency:Objective"] = "00:00:02";
        configuration.Reload();
        Assert.Equal(new KneeLimit(objective: TimeSpan.FromSeconds(2)), controller.Plan.Algorithm);

        configuration["Policies:shop:Concurrency:Objective"] = "02:00:00";
        configuration.Reload();
        Assert.Equal(new KneeLimit(objective: TimeSpan.FromSeconds(2)), controller.Plan.Algorithm);
    }

    [Fact]
    public void Reload_InvalidOrStructuralChange_KeepsWhatIsInForce()
    {
        IConfigurationRoot configuration = Configuration(("Policies:sop:Concurrency:Algorithm", "Fixed"), ("Policies:sop:Concurrency:Limit", "3"));
        using ServiceProvider provider = Provide(s => s.AddAdmissionControl(configuration));
        var controller = provider.GetRequiredKeyedService<AdmissionController>("sop");

        configuration["Policies:sop:Concurrency:Limit"] = "0";
        configuration.Reload();
        Assert.Equal(3, controller.GetStatistics().Limit);

        configuration["Policies:sop:Concurrency:Limit"] = "9";
        configuration["Policies:sop:Rate:Limit"] = "1/s";
        configuration.Reload();
        Assert.Equal((3, null), (controller.GetStatistics().Limit, controller.GetStatistics().AvailablePermits));

        configuration["Policies:sop:Concurrency:Limit"] = "not a number";
        configuration.Reload();
        Assert.Equal(3, controller.GetStatistics().Limit);
    }

    [Fact]
    public void AddAdmissionControl_TimeProviderInTheContainer_IsTheClock()
    {
        var time = new FakeTimeProvider();
        using ServiceProvider provider = Provide(s => s.AddSingleton<TimeProvider>(time).AddAdmissionControl(a => a.AddPolicy("sop", p => p.Rate("1/h"))));
        var controller = provider.GetRequiredKeyedService<AdmissionController>("sop");
        Assert.True(controller.TryAdmit(default).IsAdmitted);
        Assert.False(controller.TryAdmit(default).IsAdmitted);

        time.Advance(TimeSpan.FromHours(1.01));

        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }

    [Fact]
    public async Task Meter_Listener_SeesRequestsLimitAndInFlight()
    {
        using IHost host = Host(s => s.AddAdmissionControl(a => a.AddPolicy("shop", p => p.FixedConcurrency(1))));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var controller = host.Services.GetRequiredKeyedService<AdmissionController>("shop");
        controller.TryAdmit(new(RequestPriority.High));
        controller.TryAdmit(new(RequestPriority.Bulk));
        Dictionary<string, long> seen = [];
        using MeterListener listener = Listen(host, seen);

        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["admission_control.requests shop high admitted"]);
        Assert.Equal(1, seen["admission_control.requests shop bulk concurrency_limit"]);
        Assert.Equal(1, seen["admission_control.in_flight shop"]);
        Assert.Equal(1, seen["admission_control.limit shop"]);
    }

    /// <summary>A counter that falls looks like a restart to who reads it.</summary>
    [Fact]
    public async Task Meter_WithdrawnAdmission_StaysAmongTheAdmittedAndIsCountedApart()
    {
        using IHost host = Host(s => s.AddAdmissionControl(a => a.AddPolicy("first", p => p.FixedConcurrency(9)).AddPolicy("second", p => p.FixedConcurrency(1))));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var policies = host.Services.GetRequiredService<AdmissionPolicies>();
        var stack = new StackedAdmission(policies["first"], policies["second"]);
        AdmissionLease held = stack.TryAdmit(default);
        Assert.Equal(RejectionReason.ConcurrencyLimit, stack.TryAdmit(default).Reason);
        Dictionary<string, long> seen = [];
        using MeterListener listener = Listen(host, seen);

        listener.RecordObservableInstruments();

        Assert.Equal((2, 1), (seen["admission_control.requests first normal admitted"], seen["admission_control.withdrawn first normal"]));
        Assert.Equal((1, 1), (policies["first"].GetStatistics().TotalAdmitted, policies["first"].TotalAdmitted));
        Assert.DoesNotContain("admission_control.withdrawn second normal", seen.Keys);
        held.Dispose();
    }

    private static MeterListener Listen(IHost host, Dictionary<string, long> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "AdmissionControl" && instrument.Meter.Scope == host.Services.GetRequiredService<IMeterFactory>())
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => seen[$"{i.Name} {string.Join(' ', tags.ToArray().Select(t => t.Value))}"] = value);
        listener.SetMeasurementEventCallback<int>((i, value, tags, _) => seen[$"{i.Name} {string.Join(' ', tags.ToArray().Select(t => t.Value))}"] = value);
        listener.Start();
        return listener;
    }

    private static ServiceProvider Provide(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        return services.BuildServiceProvider();
    }

    private static IHost Host(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services);
        return builder.Build();
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build();
}
