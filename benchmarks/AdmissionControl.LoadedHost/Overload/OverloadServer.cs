using AdmissionControl.Benchmarks.Overload;
using AdmissionControl.Hosting;

namespace AdmissionControl.LoadedHost.Overload;

/// <summary>A Kestrel server with one endpoint, guarded or not. It prints its address, then one line of figures after the other.</summary>
internal static class OverloadServer
{
    private const string PolicyName = "work";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Serves until the standard input ends. Blocks: the figures are not to wait in the pool that they tell of.</summary>
    public static void Run(Arm arm, TimeSpan objective, VariedWork work)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (ArmPolicy.Of(arm, objective) is { } policy)
        {
            builder.Services.AddAdmissionControl(admission => admission.AddPolicy(PolicyName, policy));
        }

        WebApplication app = builder.Build();
        AdmissionController? controller = app.Services.GetKeyedService<AdmissionController>(PolicyName);
        if (controller is not null)
        {
            app.UseAdmissionControl(PolicyName);
        }

        app.MapGet("/", work.DoAsync);
        app.Start();
        Console.WriteLine(app.Urls.Single());

        using HostWitness witness = HostWitness.Join();
        using var ended = new ManualResetEvent(false);
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            ended.Set();
        })
        { IsBackground = true }.Start();
        while (!ended.WaitOne(Interval))
        {
            int? limit = controller?.GetStatistics().Limit;
            Console.WriteLine(new ServerSample(limit, work.InFlight, witness.Delay, Environment.CpuUsage.TotalTime).ToLine());
        }
    }
}
