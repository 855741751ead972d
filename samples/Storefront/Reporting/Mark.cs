namespace Storefront.Reporting;

/// <summary>A promise of the run with control, and what was measured.</summary>
internal sealed record Mark(string Name, double Measured, string Bound, string Unit, bool Met);
