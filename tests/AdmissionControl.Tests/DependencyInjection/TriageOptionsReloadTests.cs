using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AdmissionControl.Tests.DependencyInjection;

/// <summary>Triage and mode from configuration, and what a reload changes in place.</summary>
public sealed class TriageOptionsReloadTests : IDisposable
{
    private readonly FakeLogCollector _log = new();
    private IConfigurationRoot? _configuration;
    private ServiceProvider? _services;

    public void Dispose() => _services?.Dispose();

    [Fact]
    public void Configuration_TriageAndMode_AreRead()
    {
        AdmissionController shop = Build(
            ("Triage:Minimum:Critical", "0.125"),
            ("Triage:Minimum:Bulk", "0.0625"),
            ("Triage:Fairness:AlwaysFairRate", "2.5"),
            ("Triage:Fairness:PrefersKnownClients", "false"),
            ("Mode", "Shadow"));

        Assert.Equal([0.125, 0, 0, 0, 0.0625], shop.Plan.Triage!.Promises);
        Assert.Equal((2.5, false), (shop.Plan.Triage.Fairness!.AlwaysFairRate, shop.Plan.Triage.Fairness.PrefersKnownClients));
        Assert.Equal((AdmissionMode.Shadow, AdmissionMode.Shadow), (shop.Mode, shop.EffectiveMode));
        Assert.True(shop.HasQueue);
    }

    [Fact]
    public void Configuration_NoTriage_HasNone()
    {
        AdmissionController shop = Build();
        Assert.Null(shop.Plan.Triage);
        Assert.Equal((AdmissionMode.Enforce, false), (shop.Mode, shop.HasQueue));
    }

    [Fact]
    public void Reload_ValuesOfTriage_TakeEffectInPlace()
    {
        AdmissionController shop = Build(("Triage:Minimum:Bulk", "0.125"), ("Triage:Fairness:AlwaysFairRate", "2"));

        Reload(("Triage:Minimum:Bulk", "0.5"), ("Triage:Fairness:AlwaysFairRate", "7"), ("Triage:Fairness:PrefersKnownClients", "false"));

        Assert.Equal(0.5, shop.Plan.Triage!.Promises[4]);
        Assert.Equal((7, false), (shop.Plan.Triage.Fairness!.AlwaysFairRate, shop.Plan.Triage.Fairness.PrefersKnownClients));
        Assert.Empty(Warnings());

        // It is what those who wait are served by: of each two turns one.
        AdmissionLease held = shop.TryAdmit(default);
        List<Asked> bulk = [.. Enumerable.Range(0, 20).Select(_ => new Asked(shop.AdmitAsync(new(RequestPriority.Bulk))))];
        List<Asked> high = [.. Enumerable.Range(0, 20).Select(_ => new Asked(shop.AdmitAsync(new(RequestPriority.High))))];
        for (int i = 0; i < 9; i++)
        {
            held.Dispose();
            List<Asked> from = high.Exists(a => a.IsCompleted) ? high : bulk;
            Asked next = from.Find(a => a.IsCompleted)!;
            from.Remove(next);
            held = next.Result;
        }

        Assert.Equal((16, 15), (bulk.Count, high.Count));
    }

    [Theory]
    [InlineData("Shadow", AdmissionMode.Shadow)]
    [InlineData("Off", AdmissionMode.Off)]
    public void Reload_Mode_TakesEffectAndThoseWhoWaitRun(string text, AdmissionMode mode)
    {
        AdmissionController shop = Build(("Triage:Minimum:Bulk", "0"));
        AdmissionLease held = shop.TryAdmit(default);
        Asked waiting = new(shop.AdmitAsync(default));
        Assert.False(waiting.IsCompleted);

        Reload(("Mode", text));

        Assert.Equal(mode, shop.EffectiveMode);
        Assert.True(waiting.Result.IsAdmitted);
        Reload(("Mode", "Enforce"));
        Assert.Equal(AdmissionMode.Enforce, shop.EffectiveMode);
        Assert.False(shop.TryAdmit(default).IsAdmitted);
        held.Dispose();
    }

    [Fact]
    public void Reload_TriageIsAdded_NeedsARestartAndSaysSo()
    {
        AdmissionController shop = Build();
        Reload(("Triage:Minimum:Bulk", "0.5"));
        Assert.Null(shop.Plan.Triage);
        AssertWarned();
    }

    [Fact]
    public void Reload_FairnessIsAdded_NeedsARestartAndSaysSo()
    {
        AdmissionController shop = Build(("Triage:Minimum:Bulk", "0.5"));
        Reload(("Triage:Fairness:AlwaysFairRate", "1"), ("Triage:Minimum:Bulk", "0.25"));
        Assert.Null(shop.Plan.Triage!.Fairness);
        Assert.Equal(0.5, shop.Plan.Triage.Promises[4]);
        AssertWarned();
    }

    [Theory]
    [InlineData("Triage:Fairness:AlwaysFairRate", "Triage:Minimum:Bulk")]
    [InlineData("Triage:Minimum:Bulk", "Triage:Fairness:AlwaysFairRate")]
    public void Reload_TriageOrFairnessIsRemoved_NeedsARestartAndSaysSo(string removed, string kept)
    {
        AdmissionController shop = Build((removed, "0.25"), (kept, "0.25"), ("Queue:MaxWait", "00:00:01"));
        using (ServiceProvider other = Provide(Configuration((kept, "0.25"), ("Queue:MaxWait", "00:00:01"))))
        {
            bool needsRestart = kept == "Triage:Minimum:Bulk";
            Assert.Equal(!needsRestart, shop.Update(other.GetRequiredKeyedService<AdmissionController>("shop").Plan));
        }

        using ServiceProvider without = Provide(Configuration(("Queue:MaxWait", "00:00:01")));
        Assert.False(shop.Update(without.GetRequiredKeyedService<AdmissionController>("shop").Plan));
        Assert.NotNull(shop.Plan.Triage!.Fairness);
    }

    [Fact]
    public void Reload_BadTriage_KeepsWhatIsInForceAndSaysSo()
    {
        AdmissionController shop = Build(("Triage:Minimum:Bulk", "0.5"));
        Reload(("Triage:Minimum:Bulk", "1.5"));
        Assert.Equal(0.5, shop.Plan.Triage!.Promises[4]);
        Assert.Contains("Triage:Minimum:Bulk is '1.5'", Assert.Single(Warnings()).Exception!.Message, StringComparison.Ordinal);
    }

    private AdmissionController Build(params (string Key, string Value)[] values)
    {
        _services = Provide(_configuration = Configuration(values));
        return _services.GetRequiredKeyedService<AdmissionController>("shop");
    }

    private void Reload(params (string Key, string Value)[] values)
    {
        foreach ((string key, string value) in values)
        {
            _configuration![$"Policies:shop:{key}"] = value;
        }

        _configuration!.Reload();
    }

    private void AssertWarned() => Assert.Contains("'shop' add, remove or replace a stage, which needs a restart", Assert.Single(Warnings()).Message, StringComparison.Ordinal);

    private FakeLogRecord[] Warnings() => [.. _log.GetSnapshot().Where(r => r.Level >= LogLevel.Warning)];

    private ServiceProvider Provide(IConfigurationRoot configuration)
    {
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)));
        services.AddAdmissionControl(configuration);
        return services.BuildServiceProvider();
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values
            .Append(("Concurrency:Algorithm", "Fixed")).Append(("Concurrency:Limit", "1"))
            .ToDictionary(v => $"Policies:shop:{v.Item1}", v => (string?)v.Item2))
        .Build();
}
