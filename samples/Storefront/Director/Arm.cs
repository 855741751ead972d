using System.Globalization;
using Storefront.LoadBalancer;
using Storefront.Measuring;
using Storefront.Options;
using Storefront.Reporting;
using Storefront.Wire;

namespace Storefront.Director;

/// <summary>Plays the story once, with fresh processes: measure the capacity, calm, flood, calm again.</summary>
internal sealed class Arm(StorefrontOptions options, bool control, TimeProvider clock)
{
    public static string Name(bool control) => control ? "with" : "without";

    /// <param name="offeredCapacity">The capacity that the load is a multiple of; null takes what this arm measures.</param>
    /// <param name="onSample">Called twice a second.</param>
    /// <param name="stop">Ends the processes.</param>
    public async Task<ArmReport> PlayAsync(double? offeredCapacity, Action<Sample> onSample, CancellationToken stop)
    {
        using StallThread stalls = new(clock);
        Child? crowd = null;
        Balancer? balancer = null;
        ArmRecorder recorder = new(Name(control), stalls.Watch, clock, onSample)
        {
            Rotation = () => balancer is null ? (true, TimeSpan.Zero) : (balancer.InRotation, balancer.OutOfRotation),
        };
        await using Child sop = new(Role.Sop, Arguments(), recorder.Record);
        await using Child shop = new(Role.Shop, Arguments(), recorder.Record);
        await using Child customers = crowd = new(Role.Crowd, Arguments(), recorder.Record);
        await Task.WhenAll(sop.ReadyAsync(stop), shop.ReadyAsync(stop), crowd.ReadyAsync(stop));

        using CancellationTokenSource balancing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using Balancer pinging = balancer = new(options.ShopPort, clock)
        {
            Ledger = () => recorder.PingsNow,
            OnPing = recorder.Record,
            OnRotation = inRotation => crowd.Send(new RotationChanged(inRotation)),
        };
        Task pings = balancer.RunAsync(balancing.Token);
        try
        {
            crowd.Send(new MeasureCapacity(Phases.CapacityWorkers, Phases.CapacitySeconds(options.Seconds)));
            CapacityMeasured capacity = await ResultAsync(recorder.Capacity.Task);
            crowd.Send(new PlayPhases(Phases.Of(offeredCapacity ?? capacity.PerSecond, options.Seconds)));
            PhasesPlayed played = await ResultAsync(recorder.Played.Task);
            return recorder.Report(control, capacity, played);
        }
        finally
        {
            await balancing.CancelAsync();
            await pings;
        }

        async Task<T> ResultAsync<T>(Task<T> result)
        {
            await Task.WhenAny(sop.WhileAliveAsync(result, stop), shop.WhileAliveAsync(result, stop), crowd.WhileAliveAsync(result, stop)).Unwrap();
            return await result;
        }
    }

    private string[] Arguments() =>
    [
        "--shop-port", Text(options.ShopPort),
        "--sop-port", Text(options.SopPort),
        "--page-port", Text(options.PagePort),
        "--backend-connections", Text(options.BackendConnections),
        "--sop-timeout", Text((int)options.SopTimeout.TotalMilliseconds),
        "--seed", Text(options.Seed),
        "--control", control ? "on" : "off",
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
