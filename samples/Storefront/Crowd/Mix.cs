namespace Storefront.Crowd;

/// <summary>What customers ask for, and how patient they are.</summary>
internal static class Mix
{
    public const double SearchShare = 0.20;
    public const double RecommendationsShare = 0.18;
    public const double CheckoutShare = 0.02;
    public const double BrowseShare = 1 - SearchShare - RecommendationsShare - CheckoutShare;

    /// <summary>The share of customers who try again after a refusal or after giving up; half of them once, half of them twice.</summary>
    public const double RetryShare = 0.20;

    /// <summary>A customer leaves when there is no answer by then, counted from the intended send time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>The class for a uniform draw from 0 to 1.</summary>
    public static RequestClass Pick(double draw) => draw switch
    {
        < CheckoutShare => RequestClass.Checkout,
        < CheckoutShare + RecommendationsShare => RequestClass.Recommendations,
        < CheckoutShare + RecommendationsShare + SearchShare => RequestClass.Search,
        _ => RequestClass.Browse,
    };

    /// <summary>The same without checkout, which SOP bounds: for measuring the shop's own capacity.</summary>
    public static RequestClass PickWithoutCheckout(double draw) => Pick(CheckoutShare + (draw * (1 - CheckoutShare)));

    /// <summary>How often a customer tries again, for a uniform draw from 0 to 1.</summary>
    public static int PickRetries(double draw) => draw switch
    {
        < RetryShare / 2 => 2,
        < RetryShare => 1,
        _ => 0,
    };
}
