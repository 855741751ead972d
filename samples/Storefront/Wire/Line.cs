using System.Text.Json.Serialization;

namespace Storefront.Wire;

/// <summary>One line of JSON between the director and a child: commands on the child's input, figures on its output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(SopFigures), "sop")]
[JsonDerivedType(typeof(ShopFigures), "shop")]
[JsonDerivedType(typeof(CrowdFigures), "crowd")]
[JsonDerivedType(typeof(MeasureCapacity), "measure-capacity")]
[JsonDerivedType(typeof(CapacityMeasured), "capacity")]
[JsonDerivedType(typeof(PlayPhases), "play-phases")]
[JsonDerivedType(typeof(PhaseStarted), "phase-started")]
[JsonDerivedType(typeof(PhasesPlayed), "phases-played")]
[JsonDerivedType(typeof(RotationChanged), "rotation")]
internal abstract record Line;

/// <summary>A child serves its port or awaits commands.</summary>
internal sealed record Ready : Line;
