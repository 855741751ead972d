using System.Globalization;
using AdmissionControl.Concurrency;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.Leases;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Options;

namespace AdmissionControl.Policies;

/// <summary>Checks a policy. Every failure names the policy, the option, its value and what is allowed.</summary>
internal sealed class AdmissionPolicyOptionsValidator : IValidateOptions<AdmissionPolicyOptions>
{
    private static readonly string[] ShareNames = ["Critical", "High", "Normal", "Low", "Bulk"];

    public ValidateOptionsResult Validate(string? name, AdmissionPolicyOptions options)
    {
        var failures = new Failures(name ?? Options.DefaultName);
        CheckRate(failures, "Rate", options.Rate?.Limit, options.Rate?.Burst, "1/day", "1000000000/s", int.MaxValue, options.Rate is not null);
        CheckPartition(failures, options.RatePerPartition);
        CheckConcurrency(failures, options);
        CheckQueue(failures, options.Queue);
        CheckShares(failures, options.Shares);
        CheckTriage(failures, options.Triage);
        failures.Check(options.Mode <= AdmissionMode.Off, "Mode", options.Mode, "Enforce, Shadow or Off");
        CheckLeaseAge(failures, options.MaxLeaseAge);
        failures.Check(
            options.OverloadRetryAfter >= TimeSpan.Zero && options.OverloadRetryAfter <= TimeSpan.FromHours(1),
            "OverloadRetryAfter", options.OverloadRetryAfter, "from 00:00:00 to 01:00:00");
        if (options is { Rate: null, RatePerPartition: null, Concurrency: null, LastStage: null })
        {
            failures.Add("it limits nothing: give it a Rate, a RatePerPartition or a Concurrency");
        }

        return failures.Result;
    }

    private static void CheckRate(
        Failures failures, string option, string? limit, int? burst, string lowest, string highest, int maxBurst, bool isPresent)
    {
        if (!isPresent)
        {
            return;
        }

        if (!Rate.TryParse(limit, out Rate rate))
        {
            failures.Check(false, $"{option}:Limit", limit, Rate.Format);
        }
        else
        {
            double permitsPerSecond = rate.PermitsPerSecond;
            failures.Check(
                permitsPerSecond >= Rate.Parse(lowest).PermitsPerSecond && permitsPerSecond <= Rate.Parse(highest).PermitsPerSecond,
                $"{option}:Limit", limit, $"from {lowest} to {highest}");
        }

        failures.Check(burst >= 1 && burst <= maxBurst, $"{option}:Burst", burst, $"from 1 to {maxBurst}");
    }

    private static void CheckPartition(Failures failures, PartitionRateOptions? options)
    {
        if (options is null)
        {
            return;
        }

        CheckRate(failures, "RatePerPartition", options.Limit, options.Burst, "1/day", "1000000/s", KeyedTokenBuckets.MaxBurst, isPresent: true);
        failures.Check(
            MemorySize.TryParse(options.Memory, out long bytes) && bytes is >= KeyedTokenBuckets.MinMemoryBytes and <= KeyedTokenBuckets.MaxMemoryBytes,
            "RatePerPartition:Memory", options.Memory, "from 1KB to 1GB, such as 512KB or 16MB");
    }

    private static void CheckConcurrency(Failures failures, AdmissionPolicyOptions policy)
    {
        ConcurrencyOptions? options = policy.Concurrency;
        if (policy.CustomAlgorithm is { } custom)
        {
            failures.Check(custom.MaxLimit >= 1, $"Concurrency: {custom.GetType().Name}.MaxLimit", custom.MaxLimit, "at least 1");
            failures.Check(
                custom.Limit >= 1 && custom.Limit <= custom.MaxLimit,
                $"Concurrency: {custom.GetType().Name}.Limit", custom.Limit, $"from 1 to its MaxLimit, which is {custom.MaxLimit}");
        }

        if (options is null || policy.CustomAlgorithm is not null)
        {
            return;
        }

        failures.Check(Enum.IsDefined(options.Algorithm), "Concurrency:Algorithm", options.Algorithm, string.Join(", ", Enum.GetNames<ConcurrencyAlgorithm>()));
        if (options.Objective is { } objective)
        {
            failures.Check(
                options.Algorithm == ConcurrencyAlgorithm.Adaptive, "Concurrency:Objective", objective, "absent unless Algorithm is Adaptive, the only one that has an objective");
            failures.Check(
                objective >= KneeLimit.ShortestObjective && objective <= KneeLimit.LongestObjective,
                "Concurrency:Objective", objective, "from 00:00:00.001 to 01:00:00");
        }

        if (options.Algorithm == ConcurrencyAlgorithm.Fixed)
        {
            failures.Check(options.Limit >= 1, "Concurrency:Limit", options.Limit, "at least 1 with Algorithm Fixed");
        }
        else
        {
            failures.Check(options.Limit is null, "Concurrency:Limit", options.Limit, "absent unless Algorithm is Fixed; Min, Initial and Max bound an adaptive limit");
        }

        (int min, int max) = LimitAlgorithms.Bounds(options);
        failures.Check(min >= 1, "Concurrency:Min", options.Min, "at least 1");
        failures.Check(max >= min, "Concurrency:Max", max, $"at least Concurrency:Min, which is {min}");
        failures.Check(
            options.Initial is null || (options.Initial >= min && options.Initial <= max),
            "Concurrency:Initial", options.Initial, $"from Concurrency:Min to Concurrency:Max, which are {min} and {max}");
        failures.Check(
            options.WindowDuration >= TimeSpan.FromMilliseconds(10) && options.WindowDuration <= TimeSpan.FromMinutes(1),
            "Concurrency:WindowDuration", options.WindowDuration, "from 00:00:00.010 to 00:01:00");
        failures.Check(options.WindowSamples is >= 1 and <= 100_000, "Concurrency:WindowSamples", options.WindowSamples, "from 1 to 100000");
        failures.Check(
            options.LatencySamplesPerSecond >= 100, "Concurrency:LatencySamplesPerSecond", options.LatencySamplesPerSecond, "from 100 to 2147483647");
    }

    private static void CheckQueue(Failures failures, QueueOptions? options)
    {
        if (options is not null)
        {
            failures.Check(
                options.MaxWait >= TimeSpan.FromMilliseconds(1) && options.MaxWait <= TimeSpan.FromHours(1),
                "Queue:MaxWait", options.MaxWait, "from 00:00:00.001 to 01:00:00");
            failures.Check(options.MaxLength is >= 1 and <= 1_000_000, "Queue:MaxLength", options.MaxLength, "from 1 to 1000000");
        }
    }

    private static void CheckLeaseAge(Failures failures, TimeSpan? age) => failures.Check(
        age is null || (age >= LeaseWatch.ShortestMaxAge && age <= LeaseWatch.LongestMaxAge), "MaxLeaseAge", age, "from 00:00:01 to 30.00:00:00, or absent");

    private static void CheckShares(Failures failures, PriorityShareOptions? options)
    {
        if (options is null)
        {
            failures.Check(false, "Shares", null, "set; the default gives every priority all of the limit and of the burst");
            return;
        }

        double[] shares = options.ToArray();
        for (int i = 0; i < shares.Length; i++)
        {
            failures.Check(shares[i] > 0 && shares[i] <= 1, $"Shares:{ShareNames[i]}", shares[i], "above 0 and at most 1");
            if (i > 0)
            {
                failures.Check(
                    !(shares[i] > shares[i - 1]),
                    $"Shares:{ShareNames[i]}", shares[i], $"at most that of the more important {ShareNames[i - 1]}, which is {shares[i - 1].ToString(CultureInfo.InvariantCulture)}");
            }
        }
    }

    private static void CheckTriage(Failures failures, TriageOptions? options)
    {
        if (options is null)
        {
            return;
        }

        CheckMinimum(failures, options.Minimum);
        double rate = options.Fairness?.AlwaysFairRate ?? 0;
        failures.Check(rate is >= 0 and <= 1e9, "Triage:Fairness:AlwaysFairRate", rate, "from 0 to 1000000000");
    }

    private static void CheckMinimum(Failures failures, PriorityMinimumOptions? options)
    {
        if (options is null)
        {
            failures.Check(false, "Triage:Minimum", null, "set; the default promises nothing to any priority");
            return;
        }

        double[] minimums = options.ToArray();
        for (int i = 0; i < minimums.Length; i++)
        {
            failures.Check(minimums[i] is >= 0 and <= 1, $"Triage:Minimum:{ShareNames[i]}", minimums[i], "from 0 to 1");
        }

        failures.Check(
            !(minimums.Sum() > 1 + 1e-9), "Triage:Minimum", string.Join(" + ", minimums.Select(m => m.ToString(CultureInfo.InvariantCulture))), "together at most 1");
    }

    private sealed class Failures(string policy)
    {
        private readonly List<string> _messages = [];

        public ValidateOptionsResult Result => _messages.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_messages);

        public void Add(string message) => _messages.Add($"Admission policy '{policy}': {message}.");

        public void Check(bool isValid, string option, object? value, string allowed)
        {
            if (!isValid)
            {
                string shown = value is null ? "missing" : string.Create(CultureInfo.InvariantCulture, $"'{value}'");
                Add($"{option} is {shown}; it must be {allowed}");
            }
        }
    }
}
