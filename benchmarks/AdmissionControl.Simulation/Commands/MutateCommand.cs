using AdmissionControl.Simulation.Mutating;
using Spectre.Console;

namespace AdmissionControl.Simulation.Commands;

/// <summary>`mutate`: whether the check notices a slip in the law.</summary>
internal sealed class MutateCommand(IAnsiConsole console)
{
    public void Run(MutateOptions options)
    {
        using var copy = new SourceCopy(Checkout.Find());
        foreach (Mutation mutation in options.Mutations)
        {
            // All that no longer fit are told before hours of runs.
            mutation.Apply(copy.Original(mutation));
        }

        string cache = options.Cache ?? Directory.CreateTempSubdirectory("admission-oracle-").FullName;
        try
        {
            CheckUnchanged(copy, options, cache);
            List<MutationResult> results = [];
            foreach (Mutation mutation in options.Mutations)
            {
                MutationResult result = copy.With(mutation, () => Try(copy, mutation, options, cache));
                console.WriteLine($"{(result.IsCaught ? "caught  " : "SURVIVED")}  {mutation.Name}  ({result.How})");
                results.Add(result);
            }

            console.WriteLine(MutationReport.Total(results));
            File.WriteAllText(Path.Combine(options.Out, MutationReport.Page), MutationReport.Of(results));
        }
        finally
        {
            if (options.Cache is null)
            {
                Directory.Delete(cache, recursive: true);
            }
        }
    }

    /// <summary>A check that fails without any mutation would seem to catch them all.</summary>
    private static void CheckUnchanged(SourceCopy copy, MutateOptions options, string cache)
    {
        copy.Build();
        foreach (bool isShort in Forms(options))
        {
            SourceCopy.Ended check = copy.Check(isShort, cache);
            if (check.Code != 0)
            {
                throw new UsageException($"The check fails on the law as it is, so it can show nothing about mutations:\n{check.Output}");
            }
        }
    }

    private static MutationResult Try(SourceCopy copy, Mutation mutation, MutateOptions options, string cache)
    {
        copy.Build();
        string how = "";
        foreach (bool isShort in Forms(options))
        {
            SourceCopy.Ended check = copy.Check(isShort, cache);
            how = $"{(isShort ? "short form" : "whole")}: {(check.Code is null ? "without end" : check.LastLine)}";
            if (check.Code == CheckCommand.CouldNotRun)
            {
                throw new UsageException($"The check could not run, which says nothing about \"{mutation.Name}\":\n{check.Output}");
            }

            if (check.Code != 0)
            {
                return new MutationResult(mutation, IsCaught: true, how);
            }
        }

        return new MutationResult(mutation, IsCaught: false, how);
    }

    private static bool[] Forms(MutateOptions options) => options.IsShort ? [true] : [true, false];
}
