using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using AdmissionControl.InterleavingTests.Scenarios;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>The shipped source, shim, scheduler and scenarios, compiled once more with a bug in them.</summary>
internal static class Subject
{
    private const string ShippedFolder = "src/";

    // What the project's ImplicitUsings give its files.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.None);

    private static readonly Lazy<CSharpCompilation> Unchanged = new(CompileUnchanged);

    /// <summary>What the scenario of a bug finds when the bug is there; null when nothing.</summary>
    /// <exception cref="InvalidOperationException">
    /// The old text is not there exactly once, or the new one does not compile: the source has changed, and the row must follow.
    /// </exception>
    public static string? FindWith(PlantedBug bug)
    {
        var context = new AssemblyLoadContext(bug.Name, isCollectible: true);
        try
        {
            MethodInfo find = Load(context, bug).GetType(typeof(Catalogue).FullName!)!.GetMethod(nameof(Catalogue.Find))!;
            return find.CreateDelegate<Func<string, string?>>()(bug.Scenario);
        }
        finally
        {
            context.Unload();
        }
    }

    /// <summary>The text of a file with the bug in it.</summary>
    public static string Plant(PlantedBug bug, string text)
    {
        string old = bug.Old.ReplaceLineEndings("\n");
        int count = text.Split(old).Length - 1;
        return count == 1
            ? text.Replace(old, bug.New, StringComparison.Ordinal)
            : throw new InvalidOperationException(
                $"'{bug.Name}' cannot be planted: its old text stands in {bug.File} {count} times and not once. Make the row follow the source.\n{bug.Old}");
    }

    private static Assembly Load(AssemblyLoadContext context, PlantedBug bug)
    {
        CSharpCompilation unchanged = Unchanged.Value;
        SyntaxTree tree = unchanged.SyntaxTrees.SingleOrDefault(t => t.FilePath == ShippedFolder + bug.File)
            ?? throw new InvalidOperationException($"'{bug.Name}' cannot be planted: there is no file {bug.File} here.");
        CSharpCompilation changed = unchanged.ReplaceSyntaxTree(tree, Parse(tree.FilePath, Plant(bug, tree.GetText().ToString())));

        using var image = new MemoryStream();
        string[] errors = [.. changed.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
        if (errors.Length > 0)
        {
            throw new InvalidOperationException($"'{bug.Name}' does not compile:\n{string.Join('\n', errors)}");
        }

        image.Position = 0;
        return context.LoadFromStream(image);
    }

    private static CSharpCompilation CompileUnchanged()
    {
        Assembly own = typeof(Subject).Assembly;
        IEnumerable<SyntaxTree> trees = own.GetManifestResourceNames()
            .Where(name => name.EndsWith(".cs", StringComparison.Ordinal))
            .Select(name => Parse(name.Replace('\\', '/'), Read(own, name)));
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != own.GetName().Name)
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Annotations);
        return CSharpCompilation.Create("Planted", [Parse("ImplicitUsings.cs", ImplicitUsings), .. trees], references, options);
    }

    private static SyntaxTree Parse(string path, string text) => CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), Parsing, path);

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
