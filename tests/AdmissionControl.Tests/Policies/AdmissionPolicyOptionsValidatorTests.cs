using AdmissionControl.Policies;
using Microsoft.Extensions.Options;

namespace AdmissionControl.Tests.Policies;

public class AdmissionPolicyOptionsValidatorTests
{
    public static TheoryData<string, Action<AdmissionPolicyOptions>, string, string> Bad => new()
    {
        { "Rate:Limit", o => o.Rate = new() { Limit = null }, "missing", "10/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "" }, "''", "10/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "plenty" }, "'plenty'", "10/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "1/2000000000d" }, "'1/2000000000d'", "10/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "0/s" }, "'0/s'", "from 1/day to 1000000000/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "-1/s" }, "'-1/s'", "from 1/day to 1000000000/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "NaN/s" }, "'NaN/s'", "from 1/day to 1000000000/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "Infinity/s" }, "'Infinity/s'", "from 1/day to 1000000000/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "0.99/day" }, "'0.99/day'", "from 1/day to 1000000000/s" },
        { "Rate:Limit", o => o.Rate = new() { Limit = "1000000001/s" }, "'1000000001/s'", "from 1/day to 1000000000/s" },
        { "Rate:Burst", o => o.Rate!.Burst = 0, "'0'", "from 1 to 2147483647" },
        { "Rate:Burst", o => o.Rate!.Burst = -3, "'-3'", "from 1 to 2147483647" },
        { "RatePerPartition:Limit", o => o.RatePerPartition = new() { Limit = "1000001/s" }, "'1000001/s'", "from 1/day to 1000000/s" },
        { "RatePerPartition:Limit", o => o.RatePerPartition = new(), "missing", "10/s" },
        { "RatePerPartition:Burst", o => o.RatePerPartition = new() { Limit = "1/s", Burst = 0 }, "'0'", "from 1 to 100000" },
        { "RatePerPartition:Burst", o => o.RatePerPartition = new() { Limit = "1/s", Burst = 1_000_001 }, "'1000001'", "from 1 to 1000000" },
        { "RatePerPartition:Memory", o => o.RatePerPartition = new() { Limit = "1/s", Memory = "lots" }, "'lots'", "from 1KB to 1GB" },
        { "RatePerPartition:Memory", o => o.RatePerPartition = new() { Limit = "1/s", Memory = "1023" }, "'1023'", "from 1KB to 1GB" },
        { "RatePerPartition:Memory", o => o.RatePerPartition = new() { Limit = "1/s", Memory = "1073741825" }, "'1073741825'", "from 1KB to 1GB" },
        { "RatePerPartition:Memory", o => o.RatePerPartition = new() { Limit = "1/s", Memory = null! }, "missing", "from 1KB to 1GB" },
        { "Concurrency:Algorithm", o => o.Concurrency = new() { Algorithm = (ConcurrencyAlgorithm)99 }, "'99'", "Adaptive, Fixed, Aimd, Vegas, Gradient" },
        { "Concurrency:Limit", o => o.Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed }, "missing", "at least 1" },
        { "Concurrency:Limit", o => o.Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 0 }, "'0'", "at least 1" },
        { "Concurrency:Limit", o => o.Concurrency = new() { Limit = 5 }, "'5'", "absent unless Algorithm is Fixed" },
        { "Concurrency:Min", o => o.Concurrency = new() { Min = 0 }, "'0'", "at least 1" },
        { "Concurrency:Max", o => o.Concurrency = new() { Min = 10, Max = 9 }, "'9'", "at least Concurrency:Min, which is 10" },
        { "Concurrency:Max", o => o.Concurrency = new() { Max = 0 }, "'0'", "at least Concurrency:Min, which is 1" },
        { "Concurrency:Max", o => o.Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Aimd, Max = -1 }, "'-1'", "at least Concurrency:Min, which is 1" },
        { "Concurrency:Initial", o => o.Concurrency = new() { Min = 5, Max = 9, Initial = 4 }, "'4'", "which are 5 and 9" },
        { "Concurrency:Initial", o => o.Concurrency = new() { Min = 5, Max = 9, Initial = 10 }, "'10'", "which are 5 and 9" },
        { "Concurrency:WindowDuration", o => o.Concurrency = new() { WindowDuration = TimeSpan.FromMilliseconds(9) }, "'00:00:00.0090000'", "from 00:00:00.010 to 00:01:00" },
        { "Concurrency:WindowDuration", o => o.Concurrency = new() { WindowDuration = TimeSpan.FromSeconds(61) }, "'00:01:01'", "from 00:00:00.010 to 00:01:00" },
        { "Concurrency:WindowSamples", o => o.Concurrency = new() { WindowSamples = 0 }, "'0'", "from 1 to 100000" },
        { "Concurrency:WindowSamples", o => o.Concurrency = new() { WindowSamples = 100_001 }, "'100001'", "from 1 to 100000" },
        { "Concurrency:LatencySamplesPerSecond", o => o.Concurrency = new() { LatencySamplesPerSecond = 99 }, "'99'", "from 100 to 2147483647" },
        { "Concurrency:Objective", o => o.Concurrency = new() { Objective = TimeSpan.Zero }, "'00:00:00'", "from 00:00:00.001 to 01:00:00" },
        { "Concurrency:Objective", o => o.Concurrency = new() { Objective = TimeSpan.FromTicks(9_999) }, "'00:00:00.0009999'", "from 00:00:00.001 to 01:00:00" },
        { "Concurrency:Objective", o => o.Concurrency = new() { Objective = TimeSpan.FromSeconds(3601) }, "'01:00:01'", "from 00:00:00.001 to 01:00:00" },
        { "Concurrency:Objective", o => o.Concurrency = Aimed(ConcurrencyAlgorithm.Fixed, limit: 5), "'00:00:01'", "absent unless Algorithm is Adaptive" },
        { "Concurrency:Objective", o => o.Concurrency = Aimed(ConcurrencyAlgorithm.Aimd), "'00:00:01'", "absent unless Algorithm is Adaptive" },
        { "Concurrency:Objective", o => o.Concurrency = Aimed(ConcurrencyAlgorithm.Vegas), "'00:00:01'", "absent unless Algorithm is Adaptive" },
        { "Concurrency:Objective", o => o.Concurrency = Aimed(ConcurrencyAlgorithm.Gradient), "'00:00:01'", "absent unless Algorithm is Adaptive" },
        { "MaxLeaseAge", o => o.MaxLeaseAge = TimeSpan.FromMilliseconds(999), "'00:00:00.9990000'", "from 00:00:01 to 30.00:00:00" },
        { "MaxLeaseAge", o => o.MaxLeaseAge = TimeSpan.FromDays(31), "'31.00:00:00'", "from 00:00:01 to 30.00:00:00" },
        { "Queue:MaxWait", o => o.Queue = new(), "'00:00:00'", "from 00:00:00.001 to 01:00:00" },
        { "Queue:MaxWait", o => o.Queue = new() { MaxWait = TimeSpan.FromMinutes(61) }, "'01:01:00'", "from 00:00:00.001 to 01:00:00" },
        { "Queue:MaxLength", o => o.Queue = new() { MaxWait = TimeSpan.FromSeconds(1), MaxLength = 0 }, "'0'", "from 1 to 1000000" },
        { "Queue:MaxLength", o => o.Queue = new() { MaxWait = TimeSpan.FromSeconds(1), MaxLength = 1_000_001 }, "'1000001'", "from 1 to 1000000" },
        { "Shares:Bulk", o => o.Shares = new() { Bulk = 0 }, "'0'", "above 0 and at most 1" },
        { "Shares:Bulk", o => o.Shares = new() { Bulk = -0.1 }, "'-0.1'", "above 0 and at most 1" },
        { "Shares:Critical", o => o.Shares = new() { Critical = 1.1 }, "'1.1'", "above 0 and at most 1" },
        { "Shares:Normal", o => o.Shares = new() { Normal = double.NaN }, "'NaN'", "above 0 and at most 1" },
        { "Shares:Low", o => o.Shares = new() { Normal = 0.5, Low = 0.6, Bulk = 0.5 }, "'0.6'", "more important Normal, which is 0.5" },
        { "Shares", o => o.Shares = null!, "missing", "the default gives every priority all" },
        { "Triage:Minimum", o => o.Triage = new() { Minimum = null! }, "missing", "the default promises nothing" },
        { "Triage:Minimum:Critical", o => o.Triage = new() { Minimum = new() { Critical = -0.01 } }, "'-0.01'", "from 0 to 1" },
        { "Triage:Minimum:High", o => o.Triage = new() { Minimum = new() { High = -1 } }, "'-1'", "from 0 to 1" },
        { "Triage:Minimum:Normal", o => o.Triage = new() { Minimum = new() { Normal = double.NaN } }, "'NaN'", "from 0 to 1" },
        { "Triage:Minimum:Low", o => o.Triage = new() { Minimum = new() { Low = double.NegativeInfinity } }, "'-Infinity'", "from 0 to 1" },
        { "Triage:Minimum:Bulk", o => o.Triage = new() { Minimum = new() { Bulk = -0.5 } }, "'-0.5'", "from 0 to 1" },
        { "Triage:Minimum", o => o.Triage = new() { Minimum = new() { Critical = 0.5, High = 0.25, Bulk = 0.26 } }, "'0.5 + 0.25 + 0 + 0 + 0.26'", "together at most 1" },
        { "Triage:Fairness:AlwaysFairRate", o => o.Triage = new() { Fairness = new() { AlwaysFairRate = -1 } }, "'-1'", "from 0 to 1000000000" },
        { "Triage:Fairness:AlwaysFairRate", o => o.Triage = new() { Fairness = new() { AlwaysFairRate = double.NaN } }, "'NaN'", "from 0 to 1000000000" },
        { "Triage:Fairness:AlwaysFairRate", o => o.Triage = new() { Fairness = new() { AlwaysFairRate = 1e10 } }, "'10000000000'", "from 0 to 1000000000" },
        { "Mode", o => o.Mode = (AdmissionMode)3, "'3'", "Enforce, Shadow or Off" },
        { "OverloadRetryAfter", o => o.OverloadRetryAfter = TimeSpan.FromTicks(-1), "'-00:00:00.0000001'", "from 00:00:00 to 01:00:00" },
        { "OverloadRetryAfter", o => o.OverloadRetryAfter = TimeSpan.FromMinutes(61), "'01:01:00'", "from 00:00:00 to 01:00:00" },
    };

    public static TheoryData<Action<AdmissionPolicyOptions>> Good => new()
    {
        o => { },
        o => o.Rate = new() { Limit = "1/day", Burst = int.MaxValue },
        o => o.Rate = new() { Limit = "1/24h" },
        o => o.Rate = new() { Limit = "1000000000/s" },
        o => o.Rate = new() { Limit = "60000000000/min" },
        o => o.RatePerPartition = new() { Limit = "1000000/s", Burst = 100_000, Memory = "1GB" },
        o => o.RatePerPartition = new() { Limit = "1/day", Memory = "1KB" },
        o => o.Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 1 },
        o => o.Concurrency = new() { Min = 1, Initial = 1, Max = 1, WindowDuration = TimeSpan.FromMilliseconds(10), WindowSamples = 1 },
        o => o.Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Aimd, Max = 5 },
        o => o.Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Gradient, Min = 5000 },
        o => o.Concurrency = new() { Initial = 1000, WindowDuration = TimeSpan.FromMinutes(1), WindowSamples = 100_000 },
        o => o.Concurrency = new() { Objective = TimeSpan.FromMilliseconds(1) },
        o => o.Concurrency = new() { Objective = TimeSpan.FromHours(1), Max = 5 },
        o => o.Queue = new() { MaxWait = TimeSpan.FromMilliseconds(1), MaxLength = 1 },
        o => o.Queue = new() { MaxWait = TimeSpan.FromHours(1), MaxLength = 1_000_000 },
        o => o.Shares = new() { Critical = 0.5, High = 0.5, Normal = 0.5, Low = 0.5, Bulk = double.Epsilon },
        o => o.Triage = new(),
        o => o.Triage = new() { Minimum = new() { Critical = 0.2, High = 0.2, Normal = 0.2, Low = 0.2, Bulk = 0.2 } },
        o => o.Triage = new() { Minimum = new() { Critical = 0.1, High = 0.2, Normal = 0.3, Low = 0.3, Bulk = 0.1 } },
        o => o.Triage = new() { Minimum = new() { Bulk = 1 }, Fairness = new() { AlwaysFairRate = 1e9 } },
        o => o.Mode = AdmissionMode.Off,
        o => o.OverloadRetryAfter = TimeSpan.Zero,
        o => o.OverloadRetryAfter = TimeSpan.FromHours(1),
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_ABadOption_NamesPolicyOptionValueAndWhatIsAllowed(string option, Action<AdmissionPolicyOptions> spoil, string value, string allowed)
    {
        AdmissionPolicyOptions options = Valid();
        spoil(options);
        ValidateOptionsResult result = Validate(options);
        Assert.True(result.Failed);
        string message = Assert.Single(result.Failures!);
        Assert.StartsWith($"Admission policy 'shop': {option} is {value}; it must be ", message, StringComparison.Ordinal);
        Assert.Contains(allowed, message, StringComparison.Ordinal);
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => PolicyPlan.From("shop", options));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Validate_GoodAndAtTheBoundary_PassesAndBuilds(Action<AdmissionPolicyOptions> change)
    {
        AdmissionPolicyOptions options = Valid();
        change(options);
        Assert.True(Validate(options).Succeeded);
        if (options.RatePerPartition?.Memory != "1GB")
        {
            using var controller = new AdmissionController("shop", options);
            Assert.True(controller.TryAdmit(default).IsAdmitted);
        }
    }

    [Fact]
    public void Validate_NothingLimited_SaysSo()
    {
        ValidateOptionsResult result = Validate(new AdmissionPolicyOptions());
        string message = Assert.Single(result.Failures!);
        Assert.Contains("'shop'", message, StringComparison.Ordinal);
        Assert.Contains("limits nothing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralBadOptions_NamesThemAll()
    {
        AdmissionPolicyOptions options = Valid();
        options.Rate = new() { Limit = "0/s", Burst = 0 };
        options.Queue = new();
        Assert.Equal(3, Validate(options).Failures!.Count());
    }

    private static ValidateOptionsResult Validate(AdmissionPolicyOptions options) => new AdmissionPolicyOptionsValidator().Validate("shop", options);

    private static ConcurrencyOptions Aimed(ConcurrencyAlgorithm algorithm, int? limit = null) =>
        new() { Algorithm = algorithm, Limit = limit, Objective = TimeSpan.FromSeconds(1) };

    private static AdmissionPolicyOptions Valid() => new() { Rate = new() { Limit = "10/s" } };
}
