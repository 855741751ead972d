using Storefront.Director;
using Storefront.Options;
using Storefront.Roles;

try
{
    StorefrontOptions options = OptionParser.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(OptionParser.Usage());
        return ExitCodes.MarksMet;
    }

    return await RoleTable.RunAsync(options);
}
catch (OptionException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine("`--help` lists the options.");
    return ExitCodes.BadUsage;
}
