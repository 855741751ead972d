using Storefront.LoadBalancer;
using Storefront.Wire;

namespace Storefront.Director;

/// <summary>Half a second of an arm, as the live page and the picture draw it.</summary>
/// <param name="Arm">"without" or "with".</param>
/// <param name="At">Seconds since the arm began.</param>
/// <param name="Phase">The phase's name.</param>
/// <param name="Crowd">What customers met.</param>
/// <param name="Pings">What the load balancer met.</param>
/// <param name="InRotation">Whether the shop is in rotation.</param>
/// <param name="SopServedPerSecond">Orders SOP finished, a second.</param>
/// <param name="Sop">SOP's state.</param>
/// <param name="Shop">The shop's state.</param>
internal sealed record Sample(
    string Arm,
    double At,
    string Phase,
    CrowdFigures Crowd,
    PingFigures Pings,
    bool InRotation,
    double SopServedPerSecond,
    SopFigures? Sop,
    ShopFigures? Shop);
