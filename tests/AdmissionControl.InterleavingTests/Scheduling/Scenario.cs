namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Something that a few threads do at the same time.</summary>
/// <param name="Name">What it is called in tests.</param>
/// <param name="Begin">Sets it up, alike each time: everything that decides who does what comes from here.</param>
/// <param name="Preemptions">How many preemptions a schedule may have for all schedules to be explored.</param>
internal sealed record Scenario(string Name, Func<Play> Begin, int Preemptions = 2);
