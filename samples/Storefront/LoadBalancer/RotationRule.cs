namespace Storefront.LoadBalancer;

/// <summary>
/// When a load balancer sends customers elsewhere, and for how long it did. Every <see cref="PingPeriod"/> a ping leaves, whether or not
/// the one before was answered. A ping fails when it has no answer 200 within <see cref="PingTimeout"/>. <see cref="FailuresToLeave"/>
/// failures in a row take the shop out of rotation, <see cref="SuccessesToReturn"/> successes in a row bring it back.
/// Not safe for concurrent use.
/// </summary>
internal sealed class RotationRule
{
    public const int FailuresToLeave = 3;
    public const int SuccessesToReturn = 2;

    public static readonly TimeSpan PingPeriod = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(1);

    private int _inARow;
    private TimeSpan _leftAt;
    private TimeSpan _outBefore;

    public bool InRotation { get; private set; } = true;

    /// <summary>A ping has ended now; true when it changed the rotation.</summary>
    public bool Observe(bool succeeded, TimeSpan now)
    {
        // Only pings that speak against the present state count.
        _inARow = succeeded == InRotation ? 0 : _inARow + 1;
        if (_inARow < (InRotation ? FailuresToLeave : SuccessesToReturn))
        {
            return false;
        }

        _inARow = 0;
        InRotation = succeeded;
        if (succeeded)
        {
            _outBefore += now - _leftAt;
        }
        else
        {
            _leftAt = now;
        }

        return true;
    }

    /// <summary>Time out of rotation until now.</summary>
    public TimeSpan OutUntil(TimeSpan now) => InRotation ? _outBefore : _outBefore + (now - _leftAt);
}
