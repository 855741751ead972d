namespace Storefront.Options;

/// <summary>Reads the command line: an optional role, then options of <see cref="OptionTable"/>.</summary>
internal static class OptionParser
{
    public static StorefrontOptions Parse(IReadOnlyList<string> arguments)
    {
        StorefrontOptions options = new();
        int index = 0;
        if (arguments.Count > 0 && !arguments[0].StartsWith('-'))
        {
            options = options with { Role = ParseRole(arguments[0]) };
            index = 1;
        }

        while (index < arguments.Count)
        {
            string name = arguments[index++];
            Option option = OptionTable.All.FirstOrDefault(known => known.Name == name)
                ?? throw new OptionException($"'{name}' is not an option.");
            if (option.ValueName is null)
            {
                options = option.Apply(options, "");
                continue;
            }

            if (index == arguments.Count || arguments[index].StartsWith("--", StringComparison.Ordinal))
            {
                throw new OptionException($"{name} needs a value: {name} {option.ValueName}.");
            }

            options = option.Apply(options, arguments[index++]);
        }

        RefuseSharedPorts(options);
        return options;
    }

    public static string Usage() => string.Join(
        Environment.NewLine,
        ["Storefront [sop|shop|crowd] [options]", .. OptionTable.All.Select(o => $"  {$"{o.Name} {o.ValueName}",-34} {o.Meaning}")]);

    private static Role ParseRole(string argument) => argument switch
    {
        "sop" => Role.Sop,
        "shop" => Role.Shop,
        "crowd" => Role.Crowd,
        _ => throw new OptionException($"'{argument}' is not a role; allowed is sop, shop, crowd, or none to direct them."),
    };

    private static void RefuseSharedPorts(StorefrontOptions options)
    {
        if (options.ShopPort == options.SopPort || options.ShopPort == options.PagePort || options.SopPort == options.PagePort)
        {
            throw new OptionException(
                $"--page-port {options.PagePort}, --shop-port {options.ShopPort} and --sop-port {options.SopPort} must differ.");
        }
    }
}
