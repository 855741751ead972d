using System.Diagnostics;
using System.Globalization;

namespace AdmissionControl.LoadedHost;

/// <summary>Work in the handlers of a Kestrel server, whose client is another process on the same cores.</summary>
internal static class KestrelLoad
{
    public static async Task<string> RunAsync(Work work, double perSecond, TimeSpan duration)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapGet("/", work.DoAsync);
        await app.StartAsync();

        string program = typeof(KestrelLoad).Assembly.Location;
        string[] client = [program, "client", app.Urls.Single(), Text(perSecond), Text(duration.TotalSeconds)];
        using var observation = new Observation(work);
        using Process process = Process.Start(Environment.ProcessPath!, client);
        await process.WaitForExitAsync();
        return observation.Cells();
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
