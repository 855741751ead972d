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

    /// <summary>Whether an argument asks for the text.</summary>
    public static bool IsAsked(string argument) => argument is "--help" or "-h" or "help";

    /// <summary>Whether an error is of what was asked for, or of its files: to be said in a line. One of several runs side by side comes wrapped.</summary>
    public static bool IsOfUser(Exception error) =>
        error is UsageException or FormatException or IOException or UnauthorizedAccessException
        || (error is AggregateException several && several.Flatten().InnerExceptions.All(IsOfUser));
}
