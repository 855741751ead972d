using System.Globalization;

namespace Storefront.Options;

/// <summary>The options, their meaning and their ranges.</summary>
internal static class OptionTable
{
    public static IReadOnlyList<Option> All { get; } =
    [
        new("--seconds", "N", "length of the flood in seconds, 1 to 3600 (60); below 30 only the wiring is checked",
            (o, v) => o with { Seconds = Integer("--seconds", v, 1, 3600) }),
        new("--headless", null, "no live page and no live display, plain lines only", (o, _) => o with { Headless = true }),
        new("--json", "FILE", "write the figures as JSON", (o, v) => o with { JsonFile = FileIn("--json", v) }),
        new("--plot", "FILE.png", "draw the result as a picture", (o, v) => o with { PlotFile = FileIn("--plot", v) }),
        new("--backend-connections", "N", "connections of the shop's backend, 20 ms a request each, 1 to 64 (8)",
            (o, v) => o with { BackendConnections = Integer("--backend-connections", v, 1, 64) }),
        new("--page-port", "PORT", "port of the live page (5080)", (o, v) => o with { PagePort = Port("--page-port", v) }),
        new("--shop-port", "PORT", "port of the shop (5081)", (o, v) => o with { ShopPort = Port("--shop-port", v) }),
        new("--sop-port", "PORT", "port of SOP, the legacy order system (5082)", (o, v) => o with { SopPort = Port("--sop-port", v) }),
        new("--seed", "N", "seed of the crowd; both runs meet the same arrivals", (o, v) => o with { Seed = Integer("--seed", v, 0, int.MaxValue) }),
        new("--arm", "both|with|without", "which run to play (both); one alone is for debugging", (o, v) => o with { Arm = Arm(v) }),
        new("--control", "on|off", "role shop: whether it calls AdmissionControl (off)", (o, v) => o with { Control = Switch(v) }),
        new("--sop-timeout", "MS", "how long the shop waits for SOP, 100 to 60000 ms (2000)",
            (o, v) => o with { SopTimeout = TimeSpan.FromMilliseconds(Integer("--sop-timeout", v, 100, 60_000)) }),
        new("--help", null, "this text", (o, _) => o with { Help = true }),
    ];

    private static int Port(string option, string value) => Integer(option, value, 1024, 65_535);

    private static int Integer(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new OptionException($"{option} is '{value}'; allowed is a whole number from {least} to {most}.");

    // The run takes minutes, and it would be lost.
    private static string FileIn(string option, string value)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(value)) ?? "";
        return Directory.Exists(folder) && !Directory.Exists(value)
            ? value
            : throw new OptionException($"{option} is '{value}'; allowed is a file in a folder that exists, here in '{folder}'.");
    }

    private static ArmChoice Arm(string value) => value switch
    {
        "both" => ArmChoice.Both,
        "with" => ArmChoice.With,
        "without" => ArmChoice.Without,
        _ => throw new OptionException($"--arm is '{value}'; allowed is both, with or without."),
    };

    private static bool Switch(string value) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw new OptionException($"--control is '{value}'; allowed is on or off."),
    };
}
