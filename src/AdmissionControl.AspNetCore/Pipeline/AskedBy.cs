namespace AdmissionControl.AspNetCore.Pipeline;

/// <summary>The middlewares that have asked for a request: a feature of its context, so that none asks again when the pipeline runs once more for the same request. Immutable.</summary>
internal sealed class AskedBy(AdmissionControlMiddleware middleware, AskedBy? before)
{
    /// <summary>Those that asked before; null for none.</summary>
    public AskedBy? Before { get; } = before;

    public bool Includes(AdmissionControlMiddleware other)
    {
        for (AskedBy? asked = this; asked is not null; asked = asked.Before)
        {
            if (asked.Is(other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether that one asked, and no other.</summary>
    public bool IsOnly(AdmissionControlMiddleware other) => Is(other) && Before is null;

    private bool Is(AdmissionControlMiddleware other) => ReferenceEquals(middleware, other);
}
