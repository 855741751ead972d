using Storefront.Options;
using Storefront.Roles;
using Storefront.Wire;

namespace Storefront.Crowd;

/// <summary>The process of the crowd: plays what the director asks for.</summary>
internal static class CrowdRole
{
    public static async Task<int> RunAsync(StorefrontOptions options)
    {
        TimeProvider clock = TimeProvider.System;
        using ShopDoor shop = new(options.ShopPort);
        Ledger interval = new();
        using OpenLoop openLoop = new(shop, interval, options.Seed, clock);
        ClosedLoop closedLoop = new(shop, interval, options.Seed, clock);
        ParentLink director = new();
        ParentLink.Listen(Obey);
        director.Send(new Ready());

        long last = clock.GetTimestamp();
        await ReportingLoop.RunAsync(director, Figures, clock);
        return 0;

        void Obey(Line command)
        {
            switch (command)
            {
                case RotationChanged change:
                    shop.InRotation = change.InRotation;
                    break;
                case MeasureCapacity measure:
                    _ = Task.Run(async () => director.Send(await closedLoop.MeasureAsync(measure)));
                    break;
                case PlayPhases play:
                    new Thread(() => director.Send(Play(play))) { IsBackground = true, Name = "crowd" }.Start();
                    break;
            }
        }

        Line Play(PlayPhases play) => new PhasesPlayed(openLoop.Play(play.Phases, p => director.Send(new PhaseStarted(p.Name))));

        Line Figures()
        {
            long now = clock.GetTimestamp();
            TimeSpan since = clock.GetElapsedTime(last, now);
            last = now;
            return interval.Take(since);
        }
    }
}
