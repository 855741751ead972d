namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Where in the source a step was taken, and on what.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="What">The expression that names the word.</param>
/// <param name="Member">The member around it.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line; 0 when unknown.</param>
internal readonly record struct Place(string Operation, string What, string Member, string File, int Line)
{
    public override string ToString()
    {
        string word = What.StartsWith("ref ", StringComparison.Ordinal) ? What["ref ".Length..] : What;
        string line = Line == 0 ? "" : $":{Line}";
        return $"{Path.GetFileNameWithoutExtension(File)}.{Member}{line}  {Operation} {word}";
    }
}
