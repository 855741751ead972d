namespace AdmissionControl.Policies;

/// <summary>The share of what is served that each priority gets at least while it asks for it: from 0 to 1 each, together at most 1. Reloadable.</summary>
/// <remarks>With 0.05 for Bulk, one in twenty grants of a policy under overload goes to a Bulk request, even while Critical ones wait.</remarks>
public sealed class PriorityMinimumOptions
{
    /// <summary>Default 0.</summary>
    public double Critical { get; set; }

    /// <summary>Default 0.</summary>
    public double High { get; set; }

    /// <summary>Default 0.</summary>
    public double Normal { get; set; }

    /// <summary>Default 0.</summary>
    public double Low { get; set; }

    /// <summary>Default 0.</summary>
    public double Bulk { get; set; }

    internal double[] ToArray() => [Critical, High, Normal, Low, Bulk];
}
