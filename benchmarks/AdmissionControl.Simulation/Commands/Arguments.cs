using System.Globalization;

namespace AdmissionControl.Simulation.Commands;

/// <summary>The arguments of one command, read from the first to the last: options, some with a value.</summary>
/// <param name="command">The command, for messages.</param>
/// <param name="arguments">What stands behind it.</param>
internal sealed class Arguments(string command, IEnumerable<string> arguments)
{
    private readonly Queue<string> _rest = new(arguments);

    /// <summary>The option that is read now.</summary>
    public string Option { get; private set; } = "";

    public bool MoveNext()
    {
        bool hasNext = _rest.TryDequeue(out string? option);
        Option = option ?? "";
        return hasNext;
    }

    public string Value() =>
        _rest.TryDequeue(out string? value) && !value.StartsWith("--", StringComparison.Ordinal)
            ? value
            : throw new UsageException($"{Option} needs a value.");

    public int Integer(int least, int most)
    {
        string value = Value();
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{Option} is '{value}'; allowed is a whole number from {least} to {most}.");
    }

    /// <summary>Names of arms with commas between, each once.</summary>
    public string[] Arms(string[] known)
    {
        string[] arms = Value().Split(',', StringSplitOptions.TrimEntries);
        foreach (string arm in arms)
        {
            if (!known.Contains(arm))
            {
                throw new UsageException($"{Option} has '{arm}'; allowed are {string.Join(", ", known)}, with commas between.");
            }
        }

        return [.. arms.Distinct()];
    }

    /// <summary>A folder. It is made at once, so that minutes of runs are not lost to one that cannot be.</summary>
    public string Folder()
    {
        string folder = Value();
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"{Option} is '{folder}', where no folder can be made: {error.Message} Allowed is a folder, or where one can be made.");
        }
    }

    /// <summary>The option is none of the command's.</summary>
    public UsageException Unknown(params string[] allowed) =>
        new($"'{Option}' is no option of {command}; allowed are {string.Join(", ", allowed[..^1])} and {allowed[^1]}.");
}
