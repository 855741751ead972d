using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>An arm in a phase of a scenario, over the seeds.</summary>
internal sealed class TriageRow
{
    private readonly TriageRun[] _runs;

    private TriageRow(TriageRun[] runs, int phase)
    {
        _runs = runs;
        Phase = phase;
    }

    public TriageScenario Scenario => _runs[0].Scenario;

    public string Arm => _runs[0].Arm;

    public int Phase { get; }

    public int Seeds => _runs.Length;

    public static IEnumerable<TriageRow> Of(IEnumerable<TriageRun> runs) =>
        from arm in runs.GroupBy(run => (run.Scenario, run.Arm))
        from phase in Enumerable.Range(0, arm.Key.Scenario.Phases.Count)
        where arm.Key.Scenario.Phases[phase].IsMarked
        select new TriageRow([.. arm], phase);

    public Summary Figure(Measure measure, string? stream = null) => Summary.Of(_runs.Select(run => run.Figure(measure, Phase, stream)));

    /// <summary>The mean number of requests.</summary>
    public double Offered(string? stream) => _runs.Average(run => run.Of(Phase, stream).Offered);

    public double Good(string? stream) => _runs.Average(run => run.Of(Phase, stream).Good);

    public double Attempts(string? stream) => _runs.Average(run => run.Of(Phase, stream).Attempts);

    /// <summary>The mean number of attempts refused for a reason.</summary>
    public double Refused(RejectionReason reason, string? stream) => _runs.Average(run => run.Of(Phase, stream).Refusals[(int)reason]);
}
