using System.Diagnostics;
using AdmissionControl.Simulation.Checking;

namespace AdmissionControl.Simulation.Mutating;

/// <summary>A copy of what the lab is built from, in a temporary folder: it is mutated and built there, and never in the checkout.</summary>
internal sealed class SourceCopy : IDisposable
{
    private const string Lab = "benchmarks/AdmissionControl.Simulation";
    private const string Package = "src/AdmissionControl";

    // A law that goes astray may make a check slow, or endless.
    private static readonly TimeSpan LongestBuild = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestCheck = TimeSpan.FromHours(1);

    private readonly string _checkout;
    private readonly string _folder;

    /// <summary>Copies.</summary>
    /// <param name="checkout">The checkout's folder.</param>
    /// <exception cref="FormatException">It has no golden file to check against.</exception>
    public SourceCopy(string checkout)
    {
        string golden = Path.Combine(checkout, GoldenFile.CommittedPath);
        GoldenFile.Load(golden);
        _checkout = checkout;
        _folder = Directory.CreateTempSubdirectory("admission-mutants-").FullName;
        foreach (string file in Directory.EnumerateFiles(checkout).Where(file => Path.GetFileName(file) != ".git"))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        Copy(Package);
        Copy(Lab);
        string copied = Path.Combine(_folder, GoldenFile.CommittedPath);
        Directory.CreateDirectory(Path.GetDirectoryName(copied)!);
        File.Copy(golden, copied);
    }

    /// <summary>The source file as it is in the checkout.</summary>
    public string Original(Mutation mutation) => File.ReadAllText(Path.Combine(_checkout, Package, mutation.File));

    /// <summary>Builds with a mutation, runs what needs it, and takes the mutation back.</summary>
    public T With<T>(Mutation mutation, Func<T> run)
    {
        string path = Path.Combine(_folder, Package, mutation.File);
        string original = Original(mutation);
        File.WriteAllText(path, mutation.Apply(original));
        try
        {
            return run();
        }
        finally
        {
            File.WriteAllText(path, original);
        }
    }

    /// <summary>Builds what is there now.</summary>
    /// <exception cref="FormatException">It does not build: then it is no mutation.</exception>
    public void Build()
    {
        Ended build = Start(
            LongestBuild,
            "build", Path.Combine(_folder, Lab), "--configuration", "Release", "--nologo", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false");
        if (build.Code != 0)
        {
            throw new FormatException($"The copy does not build:\n{build.Output}");
        }
    }

    /// <summary>Runs the check of what was built last.</summary>
    public Ended Check(bool isShort, string cache)
    {
        string program = Path.Combine(_folder, Lab, "bin", "Release", $"net{Environment.Version.Major}.0", "AdmissionControl.Simulation.dll");
        return Start(LongestCheck, [program, "check", "--default-only", "--cache", cache, .. isShort ? ["--short"] : Array.Empty<string>()]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Ended Start(TimeSpan longest, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;

        // Both are read all the time, or a full pipe would stop it.
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(longest))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new Ended(null, "");
        }

        return new Ended(process.ExitCode, output.Result + error.Result);
    }

    private void Copy(string folder)
    {
        string source = Path.Combine(_checkout, folder);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(source, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                string target = Path.Combine(_folder, folder, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    /// <summary>How a process ended.</summary>
    /// <param name="Code">Its exit code; null when it was stopped because it took too long.</param>
    /// <param name="Output">All that it wrote.</param>
    internal sealed record Ended(int? Code, string Output)
    {
        public string LastLine => Output.TrimEnd().Split('\n')[^1].Trim();
    }
}
