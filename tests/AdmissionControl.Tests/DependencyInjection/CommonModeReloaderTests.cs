using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace AdmissionControl.Tests.DependencyInjection;

/// <summary>The mode of all policies, from the configuration.</summary>
public sealed class CommonModeReloaderTests : IDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
    private ServiceProvider? _services;

    public void Dispose() => _services?.Dispose();

    [Theory]
    [InlineData("Shadow", AdmissionMode.Shadow)]
    [InlineData("off", AdmissionMode.Off)]
    [InlineData("Enforce", AdmissionMode.Enforce)]
    [InlineData("", AdmissionMode.Enforce)]
    public void Start_Mode_IsThatOfAllPolicies(string text, AdmissionMode mode)
    {
        AdmissionPolicies policies = Build(text);

        Assert.Equal(mode, policies.Mode);
        Assert.Equal((AdmissionMode.Enforce, mode), (policies["sop"].Mode, policies["sop"].EffectiveMode));
    }

    [Theory]
    [InlineData("On")]
    [InlineData("3")]
    [InlineData("Shadow, Off")]
    public void Start_ModeThatIsNone_IsRefused(string text)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Build(text));

        Assert.Equal($"Admission control: Throttle:Mode is '{text}'; it must be Enforce, Shadow or Off.", exception.Message);
    }

    [Theory]
    [InlineData("Throttle:Polices", "Throttle:Polices is not known; it must be one of Policies, Mode")]
    [InlineData("Throttle:Policies", "Throttle:Policies is 'sop'; it must be a section")]
    [InlineData("Second", "Second is 'sop'; it must be a section with any of Policies, Mode, or an empty one")]
    public void Start_KeyThatDoesNotFit_IsRefused(string key, string message)
    {
        _configuration[key] = "sop";

        var exception = Assert.Throws<OptionsValidationException>(() => Build(null));

        Assert.Equal($"Admission control: {message}.", exception.Message);
    }

    [Fact]
    public void Start_SeveralSections_TheLastThatSaysAModeCounts()
    {
        _configuration["Second:Mode"] = "Off";
        _configuration["Third:Policies:other:Rate:Limit"] = "1/s";

        AdmissionPolicies policies = Build("Shadow");

        Assert.Equal(AdmissionMode.Off, policies.Mode);
        _configuration["Second:Mode"] = null;
        _configuration.Reload();
        Assert.Equal(AdmissionMode.Shadow, policies.Mode);
    }

    [Fact]
    public void Reload_AnotherMode_TakesEffect()
    {
        AdmissionPolicies policies = Build(null);

        Reload("Off");
        Assert.Equal(AdmissionMode.Off, policies["sop"].EffectiveMode);

        Reload(null);
        Assert.Equal(AdmissionMode.Enforce, policies["sop"].EffectiveMode);
    }

    [Fact]
    public void Reload_TheSameMode_KeepsTheOneThatCodeHasSet()
    {
        AdmissionPolicies policies = Build("Shadow");
        policies.Mode = AdmissionMode.Off;

        Reload("Shadow");
        Assert.Equal(AdmissionMode.Off, policies.Mode);

        Reload("Enforce");
        Assert.Equal(AdmissionMode.Enforce, policies.Mode);
    }

    [Fact]
    public void Reload_ModeThatIsNone_IsLoggedAndTheOneInForceStays()
    {
        AdmissionPolicies policies = Build("Shadow");

        Reload("On");

        Assert.Equal(AdmissionMode.Shadow, policies.Mode);
        FakeLogRecord record = Assert.Single(_log.GetSnapshot());
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.Contains("Throttle:Mode is 'On'", record.Exception!.Message, StringComparison.Ordinal);
    }

    private AdmissionPolicies Build(string? mode)
    {
        _configuration["Throttle:Policies:sop:Rate:Limit"] = "1/s";
        _configuration["Throttle:Mode"] = mode;
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)));
        foreach (IConfigurationSection section in _configuration.GetChildren().OrderByDescending(s => s.Key == "Throttle"))
        {
            services.AddAdmissionControl(section);
        }

        _services = services.BuildServiceProvider();
        return _services.GetRequiredService<AdmissionPolicies>();
    }

    private void Reload(string? mode)
    {
        _configuration["Throttle:Mode"] = mode;
        _configuration.Reload();
    }
}
