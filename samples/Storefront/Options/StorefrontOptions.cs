namespace Storefront.Options;

/// <summary>Everything that may be chosen on the command line; every role reads the same options, the director passes its own on.</summary>
internal sealed record StorefrontOptions
{
    public Role Role { get; init; } = Role.Director;

    public bool Help { get; init; }

    /// <summary>Length of the flood in seconds.</summary>
    public int Seconds { get; init; } = 60;

    public bool Headless { get; init; }

    public string? JsonFile { get; init; }

    public string? PlotFile { get; init; }

    public int BackendConnections { get; init; } = 8;

    public int PagePort { get; init; } = 5080;

    public int ShopPort { get; init; } = 5081;

    public int SopPort { get; init; } = 5082;

    public int Seed { get; init; } = 20_261_124;

    public ArmChoice Arm { get; init; } = ArmChoice.Both;

    /// <summary>The one switch of the shop: on calls AdmissionControl, off removes our calls.</summary>
    public bool Control { get; init; }

    /// <summary>How long the shop waits for SOP's answer.</summary>
    public TimeSpan SopTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
