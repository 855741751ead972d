using System.Text.RegularExpressions;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>How the verb <c>kestrel-overload</c> was called.</summary>
/// <param name="IsQuick">Half a minute to see that it works, with the default arm only: no report is written.</param>
/// <param name="WorksInline">
/// The server's endpoint works without awaiting anything first, where no limit behind the pool's queue can help: a report of its own.
/// </param>
/// <param name="ServerCores">The cores that the server is bound to, as taskset(1) lists them; null for all.</param>
internal sealed partial record OverloadOptions(bool IsQuick, bool WorksInline, string? ServerCores)
{
    private const string Quick = "--quick";
    private const string Inline = "--inline";
    private const string Cores = "--server-cores";

    /// <summary>The options; null, and what is wrong, when they are not what is allowed.</summary>
    public static (OverloadOptions? Options, string? Error) Parse(ReadOnlySpan<string> arguments)
    {
        var options = new OverloadOptions(IsQuick: false, WorksInline: false, ServerCores: null);
        while (arguments is [string name, ..])
        {
            switch (arguments)
            {
                case [Quick, ..]:
                    options = options with { IsQuick = true };
                    arguments = arguments[1..];
                    break;
                case [Inline, ..]:
                    options = options with { WorksInline = true };
                    arguments = arguments[1..];
                    break;
                case [Cores, string list, ..] when CoreList().IsMatch(list):
                    options = options with { ServerCores = list };
                    arguments = arguments[2..];
                    break;
                case [Cores, ..]:
                    string given = arguments.Length > 1 ? $"'{arguments[1]}'" : "missing";
                    return (null, $"The value of {Cores} is {given}; allowed is a list of cores such as 0 or 0,2-3.");
                default:
                    return (null, $"The option '{name}' is unknown; allowed are {Quick}, {Inline} and {Cores} LIST.");
            }
        }

        return (options, null);
    }

    [GeneratedRegex(@"^\d+(-\d+)?(,\d+(-\d+)?)*\z")]
    private static partial Regex CoreList();
}
