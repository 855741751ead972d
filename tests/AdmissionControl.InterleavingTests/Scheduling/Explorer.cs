namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Runs a scenario under many schedules until one shows a violation.</summary>
internal static class Explorer
{
    /// <summary>Far above what any scenario here needs; one that grows beyond it is to be made smaller, not sampled in silence.</summary>
    public const int MostSchedules = 300_000;

    /// <summary>
    /// Every schedule within the scenario's number of preemptions, those with the fewest first, so that what is found is shown as simply as it can be.
    /// </summary>
    public static Exploration Exhaust(Scenario scenario)
    {
        int schedules = 0;
        for (int preemptions = 0; ; preemptions++)
        {
            var strategy = new DepthFirst(preemptions);
            Exploration exploration = Explore(scenario, strategy, MostSchedules - schedules);
            schedules += exploration.Schedules;
            bool isEnough = !strategy.HasLeftOut || preemptions == scenario.Preemptions;
            if (isEnough || exploration.Finding is not null || exploration.Extent == Extent.Some)
            {
                bool isAll = exploration.Extent != Extent.Some && !strategy.HasLeftOut;
                return exploration with { Schedules = schedules, Extent = isAll ? Extent.All : exploration.Extent };
            }
        }
    }

    /// <summary>Random schedules from a seed, with more preemptions than can be explored exhaustively.</summary>
    public static Exploration Sample(Scenario scenario, int seed, int schedules, int changes) =>
        Explore(scenario, new RandomPriorities(seed, schedules, changes), schedules) with { Extent = Extent.Some };

    private static Exploration Explore(Scenario scenario, IStrategy strategy, int most)
    {
        Play play = scenario.Begin();
        using var scheduler = new Scheduler(play.Threads.Length);
        int schedules = 0;
        while (strategy.Begin())
        {
            if (schedules == most)
            {
                return new(schedules, Extent.Some, Finding: null);
            }

            schedules++;
            if (scheduler.Run(play, strategy, isTelling: false) is not null)
            {
                return new(schedules, Extent.Some, Show(scenario, scheduler));
            }

            play = scenario.Begin();
        }

        return new(schedules, Extent.AllWithinPreemptions, Finding: null);
    }

    /// <summary>The schedule once more, written down.</summary>
    private static string Show(Scenario scenario, Scheduler scheduler)
    {
        Exception? failure = scheduler.Run(scenario.Begin(), new Replay([.. scheduler.Choices]), isTelling: true);
        string message = failure is null ? "The scenario is not the same twice: its last schedule was right when it was repeated." : Text(failure);
        return $"{scenario.Name}\n  {message}\n\n{string.Join('\n', scheduler.Story.Select((step, i) => $"{i + 1,4}  {step}"))}";
    }

    private static string Text(Exception failure) => failure is ViolationException ? failure.Message : failure.ToString();
}
