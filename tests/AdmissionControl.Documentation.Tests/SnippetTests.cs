using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AdmissionControl.Documentation.Tests;

/// <summary>Every block of C# in the documentation compiles against the packages as they are.</summary>
public partial class SnippetTests
{
    // What a reader has in their own program: usings, a web application, a client, handlers.
    private const string Usings = """
        using System.Net;
        using System.Threading.RateLimiting;
        using AdmissionControl;
        using AdmissionControl.AspNetCore;
        using AdmissionControl.Concurrency;
        using AdmissionControl.Http;
        using AdmissionControl.KeyedBuckets;
        using AdmissionControl.Leases;
        using AdmissionControl.Policies;
        using AdmissionControl.RateLimiting;
        using AdmissionControl.TokenBuckets;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.RateLimiting;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Polly;
        """;

    private const string Surroundings = """
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        IServiceCollection services = builder.Services;
        IConfiguration configuration = builder.Configuration;
        CancellationToken cancellationToken = default;
        HttpContext context = new DefaultHttpContext();
        HttpRequestMessage request = new();
        string tenant = "north";
        void Work() { }
        Task WorkAsync() => Task.CompletedTask;
        """;

    private const string Types = """
        internal sealed class SopClient(HttpClient http) { public HttpClient Http => http; }
        """;

    private static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Select(path => MetadataReference.CreateFromFile(path))];

    public static TheoryData<string> Places => [.. Snippet.All.Select(s => $"{s.Page}:{s.Line}")];

    [Theory]
    [MemberData(nameof(Places))]
    public void Block_OnAnyPage_Compiles(string place)
    {
        Snippet snippet = Snippet.All.Single(s => $"{s.Page}:{s.Line}" == place);
        string[] errors = [.. Compile(snippet.Code)];
        Assert.True(errors.Length == 0, $"{place}\n{string.Join('\n', errors)}\n\n{snippet.Code}");
    }

    [Fact]
    public void Compile_CodeThatIsWrong_IsNotOverlooked()
    {
        Assert.Empty(Compile("var bucket = new TokenBucket(permitsPerSecond: 10, burst: 5);\nbucket.TryTake();"));
        Assert.NotEmpty(Compile("var bucket = new TokenBucket(permitsPerSecond: 10);"));
        Assert.NotEmpty(Compile("if (gate.TryAcquire()) { ... }"));
    }

    [Fact]
    public void Pages_OfTheParts_HoldCode() => Assert.All(
        (string[])
        [
            "docs/policies.md", "docs/http.md", "docs/concurrency.md", "docs/adaptive-limits.md", "docs/token-buckets.md", "docs/rate-limiter-interop.md",
        ],
        page => Assert.Contains(Snippet.All, s => s.Page.Replace('\\', '/') == page));

    private static IEnumerable<string> Compile(string code)
    {
        // A whole program brings its own surroundings.
        bool isProgram = Using().IsMatch(code);
        string source = isProgram ? code : $"{Usings}\n{Surroundings}\n#line 1\n{WithApp(code)}\n{Types}";
        var tree = CSharpSyntaxTree.ParseText($"{ImplicitUsings}\n{source}", new CSharpParseOptions(LanguageVersion.Latest));
        var compilation = CSharpCompilation.Create(
            "Snippet", [tree], References, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString());
    }

    /// <summary>An application, for code that speaks of one; it is built after the services, as everywhere.</summary>
    private static string WithApp(string code) => App().IsMatch(code) && !code.Contains("builder.Build()", StringComparison.Ordinal)
        ? $"WebApplication app = builder.Build(); {code}"
        : code;

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    [GeneratedRegex(@"^using [A-Z]\S*;", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"\bapp\.")]
    private static partial Regex App();
}
