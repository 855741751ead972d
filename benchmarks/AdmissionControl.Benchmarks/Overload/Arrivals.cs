namespace AdmissionControl.Benchmarks.Overload;

/// <summary>Poisson arrivals at the rates of a plan. Pure: the same seed, the same arrivals.</summary>
internal static class Arrivals
{
    public static IEnumerable<Arrival> Draw(StepPlan plan, double capacityPerSecond, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            Step step = plan.Steps[i];
            double perSecond = step.Load * capacityPerSecond;

            // A Poisson process remembers nothing, so each step may begin with a draw of its own.
            for (TimeSpan at = step.Start + Gap(random, perSecond); at < step.End; at += Gap(random, perSecond))
            {
                yield return new Arrival(at, i, IsMeasured: at >= step.Settled);
            }
        }
    }

    private static TimeSpan Gap(Random random, double perSecond) => TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond);
}
