using Storefront.Wire;

namespace Storefront.Shop;

/// <summary>
/// THE place of AdmissionControl in the shop: every call to the packages stands here, and `--control off` removes them all.
/// The rest of the shop is the same in both runs.
/// </summary>
internal sealed class ShopAdmission(bool on)
{
    /// <summary>The policies, and SOP's client behind its own.</summary>
    public void AddTo(IServiceCollection services, IHttpClientBuilder sop)
    {
        if (!on)
        {
            return;
        }

        // WIRE HERE:
        // services.AddAdmissionControl(admission =>
        // {
        //     admission.AddPolicy("shop", p => p.AdaptiveConcurrency().ShedByPriority());
        //     admission.AddPolicy("sop", p => p.Rate("10/s", burst: 2).Queue(maxWait: TimeSpan.FromMilliseconds(500)));
        // });
        // sop.AddAdmissionControl("sop");
        _ = services;
        _ = sop;
    }

    /// <summary>The middleware, before the endpoints run.</summary>
    public void Use(WebApplication app)
    {
        if (!on)
        {
            return;
        }

        // WIRE HERE: app.UseAdmissionControl("shop");
        _ = app;
    }

    /// <summary>How bad it is to lose a request of each endpoint; /healthz is to pass always.</summary>
    public void Rank(ShopRoutes routes)
    {
        if (!on)
        {
            return;
        }

        // WIRE HERE:
        // routes.Checkout.WithPriority(RequestPriority.Critical);
        // routes.Browse.WithPriority(RequestPriority.Normal);
        // routes.Search.WithPriority(RequestPriority.Low);
        // routes.Recommendations.WithPriority(RequestPriority.Bulk);
        // routes.Health.DisableAdmissionControl();
        _ = routes;
    }

    /// <summary>The state of policy "shop" for the live page; null without control.</summary>
    public static AdmissionFigures? Figures(IServiceProvider services)
    {
        // WIRE HERE: the keyed singleton AdmissionController "shop" knows its limit, what is in flight and its refusals by priority.
        _ = services;
        return null;
    }
}
