namespace AdmissionControl.Simulation.Commands;

/// <summary>What can be asked on the command line.</summary>
internal static class Usage
{
    public static string Text { get; } =
        $"""
        AdmissionControl.Simulation <command>
        {RunOptions.Usage}
        {PlantsOptions.Usage}
        {CheckOptions.Usage}
        {TriageRunOptions.Usage}
        {MutateOptions.Usage}
          list    the arms and the shipped scenarios
          --help  this text
        """;
}
