using AdmissionControl;
using Storefront.Wire;

namespace Storefront.Shop;

/// <summary>
/// Admission control in the shop: every call to the packages stands here, and `--control off` removes them all.
/// The rest of the shop is the same in both runs.
/// </summary>
internal sealed class ShopAdmission(bool on)
{
    private const string Shop = "shop";
    private const string Sop = "sop";

    /// <summary>The policies, and SOP's client behind its own.</summary>
    public void AddTo(IServiceCollection services, IHttpClientBuilder sop)
    {
        if (!on)
        {
            return;
        }

        services.AddAdmissionControl(admission =>
        {
            // No number of the backend: the limit finds it.
            admission.AddPolicy(Shop, p => p.AdaptiveConcurrency().ShedByPriority());

            // SOP's owners allow 10 orders a second; a customer can wait half a second for a turn.
            admission.AddPolicy(Sop, p => p.Rate("10/s", burst: 2).Queue(maxWait: TimeSpan.FromMilliseconds(500)));
        });
        sop.AddAdmissionControl(Sop, options => options.Refusal = AdmissionControl.Http.HttpRefusal.Response);
    }

    /// <summary>The middleware, before the endpoints run.</summary>
    public void Use(WebApplication app)
    {
        if (on)
        {
            app.UseAdmissionControl(Shop);
        }
    }

    /// <summary>How bad it is to lose a request of each endpoint. Nothing is said of /healthz: probes pass without being asked.</summary>
    public void Rank(ShopRoutes routes)
    {
        if (!on)
        {
            return;
        }

        // A checkout waits for SOP: that time says nothing about the shop's own backend.
        routes.Checkout.WithPriority(RequestPriority.Critical).ExcludeLatency();
        routes.Browse.WithPriority(RequestPriority.Normal);
        routes.Search.WithPriority(RequestPriority.Low);
        routes.Recommendations.WithPriority(RequestPriority.Bulk);
    }

    /// <summary>The state of policy "shop" for the live page; null without control.</summary>
    public static AdmissionFigures? Figures(IServiceProvider services)
    {
        if (services.GetService<AdmissionPolicies>() is not { } policies)
        {
            return null;
        }

        AdmissionStatistics shop = policies[Shop].GetStatistics();
        return new AdmissionFigures(
            shop.Limit ?? 0,
            shop.InFlight,
            Enum.GetValues<RequestPriority>().ToDictionary(priority => priority.ToString(), shop.Rejected));
    }
}
