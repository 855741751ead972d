using System.Text;
using AdmissionControl.Concurrency;
using AdmissionControl.DependencyInjection;
using AdmissionControl.Policies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AdmissionControl.Tests.DependencyInjection;

public class PolicySectionTests
{
    [Theory]
    [InlineData("""{ "Concurrency": {} }""")]
    [InlineData("""{ "Concurrency": "" }""")]
    [InlineData("""{ "Concurrency": null }""")]
    [InlineData("""{ "concurrency": {} }""")]
    public void Apply_EmptyConcurrency_IsTheAdaptiveLimitWithItsDefaults(string json)
    {
        AdmissionPolicyOptions options = Applied(json);

        Assert.Equal(new KneeLimit(), PolicyPlan.From("sop", options).Algorithm);
    }

    [Fact]
    public void Apply_EmptyTriage_IsTriageWithItsDefaults()
    {
        PolicyPlan plan = PolicyPlan.From("sop", Applied("""{ "Concurrency": {}, "Triage": {} }"""));

        Assert.Equal([0, 0, 0, 0, 0], plan.Triage!.Promises);
        Assert.Null(plan.Triage.Fairness);
        Assert.Equal(TriageOptions.DefaultMaxWait, plan.Queue!.MaxWait);
    }

    [Fact]
    public void Apply_EmptyFairness_IsFairnessWithItsDefaults()
    {
        PolicyPlan plan = PolicyPlan.From("sop", Applied("""{ "Concurrency": {}, "Triage": { "Fairness": {} } }"""));

        Assert.Equal(new PolicyPlan.FairnessPlan(0, PrefersKnownClients: true), plan.Triage!.Fairness);
    }

    [Theory]
    [InlineData("""{ "Rate": {} }""", "Rate:Limit is missing")]
    [InlineData("""{ "RatePerPartition": {} }""", "RatePerPartition:Limit is missing")]
    [InlineData("""{ "Concurrency": {}, "Queue": {} }""", "Queue:MaxWait is '00:00:00'; it must be from 00:00:00.001 to 01:00:00")]
    [InlineData("""{}""", "it limits nothing")]
    public void Apply_EmptySectionThatNeedsAValue_IsInvalid(string json, string message)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => PolicyPlan.From("sop", Applied(json)));

        Assert.Contains($"Admission policy 'sop': {message}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Concurrency": {}, "Shares": {} }""")]
    [InlineData("""{ "Concurrency": {}, "Shares": null }""")]
    [InlineData("""{ "Concurrency": {}, "Triage": { "Minimum": {} } }""")]
    public void Apply_EmptySectionOfDefaults_ChangesNothing(string json)
    {
        AdmissionPolicyOptions options = Applied(json);

        Assert.Equal(1, options.Shares.Bulk);
        Assert.Equal(0, options.Triage?.Minimum.Bulk ?? 0);
    }

    [Fact]
    public void Apply_EmptySectionsFromTheEnvironment_AreThereToo()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Sop:Concurrency", string.Empty), new("Sop:Triage", null)])
            .Build();
        var options = new AdmissionPolicyOptions();

        PolicySection.Apply("sop", configuration.GetSection("Sop"), options);

        Assert.NotNull(options.Concurrency);
        Assert.NotNull(options.Triage);
    }

    [Fact]
    public void Apply_EmptySectionOfAStageThatCodeDescribed_KeepsIt()
    {
        AdmissionPolicyOptions options = Applied("""{ "Concurrency": {}, "Queue": {} }""", p => p.FixedConcurrency(3).Queue(TimeSpan.FromSeconds(2)));

        Assert.Equal(3, options.Concurrency!.Limit);
        Assert.Equal(TimeSpan.FromSeconds(2), options.Queue!.MaxWait);
    }

    [Fact]
    public void Apply_SectionThatIsNotThere_AddsNoStage()
    {
        AdmissionPolicyOptions options = Applied("""{ "Mode": "Shadow", "Triage": { "Minimum": { "Bulk": 0.5 } } }""");

        Assert.Equal(AdmissionMode.Shadow, options.Mode);
        Assert.Null(options.Rate);
        Assert.Null(options.RatePerPartition);
        Assert.Null(options.Concurrency);
        Assert.Null(options.Queue);
        Assert.Null(options.Triage!.Fairness);
    }

    [Theory]
    [InlineData("""{ "Triage": true }""", "Root:sop:Triage is 'True'; it must be a section with any of Minimum, Fairness, or an empty one")]
    [InlineData("""{ "Triage": { "Fairness": "yes" } }""", "Root:sop:Triage:Fairness is 'yes'; it must be a section with any of AlwaysFairRate, PrefersKnownClients, or an empty one")]
    [InlineData("""{ "Rate": "10/s" }""", "Root:sop:Rate is '10/s'; it must be a section with any of Limit, Burst, or an empty one")]
    [InlineData("""{ "Shares": 0.5 }""", "Root:sop:Shares is '0.5'; it must be a section with any of Critical, High, Normal, Low, Bulk, or an empty one")]
    [InlineData(
        "\"10/s\"",
        "Root:sop is '10/s'; it must be a section with any of Rate, RatePerPartition, Concurrency, Queue, Triage, Shares, Mode, OverloadRetryAfter, MaxLeaseAge, or an empty one")]
    [InlineData("""{ "Mode": { "Off": true } }""", "Root:sop:Mode is a section; it must be a value")]
    public void Apply_ValueInPlaceOfASectionOrTheOtherWayRound_IsRefused(string json, string message)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Applied(json));

        Assert.Equal($"Admission policy 'sop': {message}.", exception.Message);
    }

    [Fact]
    public void Apply_UnknownKeys_AreAllNamedWithTheirPaths()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Applied("""{ "Rat": { "Limit": "10/s" }, "Rate": { "Limit": "10/s", "Brust": 5 } }"""));

        Assert.Equal(
            [
                "Admission policy 'sop': Root:sop:Rat is not known; it must be one of Rate, RatePerPartition, Concurrency, Queue, Triage, Shares, Mode, OverloadRetryAfter, MaxLeaseAge.",
                "Admission policy 'sop': Root:sop:Rate:Brust is not known; it must be one of Limit, Burst.",
            ],
            exception.Failures);
    }

    [Theory]
    [InlineData("", typeof(AdmissionPolicyOptions))]
    [InlineData("Rate:", typeof(RateOptions))]
    [InlineData("RatePerPartition:", typeof(PartitionRateOptions))]
    [InlineData("Concurrency:", typeof(ConcurrencyOptions))]
    [InlineData("Queue:", typeof(QueueOptions))]
    [InlineData("Triage:", typeof(TriageOptions))]
    [InlineData("Triage:Minimum:", typeof(PriorityMinimumOptions))]
    [InlineData("Triage:Fairness:", typeof(FairnessOptions))]
    [InlineData("Shares:", typeof(PriorityShareOptions))]
    public void Apply_UnknownKey_IsToldEveryPropertyOfTheOptions(string path, Type type)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"Root:sop:{path}Unknown", "1")]).Build();

        var exception = Assert.Throws<OptionsValidationException>(() => PolicySection.Apply("sop", configuration.GetSection("Root:sop"), new()));

        string allowed = exception.Message[(exception.Message.IndexOf("one of ", StringComparison.Ordinal) + 7)..].TrimEnd('.');
        Assert.Equal(type.GetProperties().Select(p => p.Name).Order(), allowed.Split(", ").Order());
    }

    [Fact]
    public void Apply_AfterARuleInCode_GivesTheRuleOfTheConfiguration()
    {
        AdmissionPolicyOptions options = Applied("""{ "Concurrency": { "Algorithm": "Fixed", "Limit": 5 } }""", p => p.Concurrency(new AimdLimit()));

        Assert.Equal(new FixedLimit(5), PolicyPlan.From("sop", options).Algorithm);
    }

    [Theory]
    [InlineData("Algorithm", "Adaptive")]
    [InlineData("Objective", "00:00:01")]
    [InlineData("Min", "2")]
    [InlineData("Initial", "3")]
    [InlineData("Max", "30")]
    public void Apply_AnyOptionOfTheRule_TakesThePlaceOfARuleInCode(string option, string value)
    {
        AdmissionPolicyOptions options = Applied($$"""{ "Concurrency": { "{{option}}": "{{value}}" } }""", p => p.Concurrency(new AimdLimit()));

        Assert.IsType<KneeLimit>(PolicyPlan.From("sop", options).Algorithm);
    }

    [Theory]
    [InlineData("""{ "Concurrency": {} }""")]
    [InlineData("""{ "Concurrency": { "WindowSamples": 7 } }""")]
    [InlineData("""{ "Rate": { "Limit": "1/s" } }""")]
    public void Apply_NothingSaidOfTheRule_KeepsTheOneInCode(string json)
    {
        var rule = new AimdLimit();

        Assert.Same(rule, PolicyPlan.From("sop", Applied(json, p => p.Concurrency(rule))).Algorithm);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddPolicy_RuleInCodeAndInConfiguration_TheLaterCallWins(bool codeIsLater)
    {
        IConfigurationSection section = Section("""{ "Concurrency": { "Algorithm": "Fixed", "Limit": 5 } }""");
        var services = new ServiceCollection();
        services.AddAdmissionControl(admission =>
        {
            if (codeIsLater)
            {
                admission.AddPolicy("sop", section).AddPolicy("sop", p => p.Concurrency(new FixedLimit(7)));
            }
            else
            {
                admission.AddPolicy("sop", p => p.Concurrency(new FixedLimit(7))).AddPolicy("sop", section);
            }
        });
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal(codeIsLater ? 7 : 5, provider.GetRequiredKeyedService<AdmissionController>("sop").GetStatistics().Limit);
    }

    private static AdmissionPolicyOptions Applied(string json, Action<AdmissionPolicyBuilder>? before = null)
    {
        AdmissionPolicyOptions options = Policy.Options(before ?? (_ => { }));
        PolicySection.Apply("sop", Section(json), options);
        return options;
    }

    private static IConfigurationSection Section(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Root": { "sop": {{json}} } }"""));
        return new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("Root:sop");
    }
}
