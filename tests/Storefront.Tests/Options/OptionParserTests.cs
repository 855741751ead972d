using Storefront.Options;

namespace Storefront.Tests.Options;

public sealed class OptionParserTests
{
    [Fact]
    public void Parse_Nothing_DirectsWithDefaults()
    {
        Assert.Equal(new StorefrontOptions(), OptionParser.Parse([]));
    }

    [Fact]
    public void Parse_RoleAndOptions_ReadsThem()
    {
        StorefrontOptions options = OptionParser.Parse(["shop", "--control", "on", "--shop-port", "6001", "--backend-connections", "16"]);

        Assert.Equal(new StorefrontOptions { Role = Role.Shop, Control = true, ShopPort = 6001, BackendConnections = 16 }, options);
    }

    [Theory]
    [InlineData("'--speed' is not an option", "--speed", "3")]
    [InlineData("--seconds is '0'", "--seconds", "0")]
    [InlineData("--seconds is 'ten'", "--seconds", "ten")]
    [InlineData("--seconds needs a value", "--seconds")]
    [InlineData("--json needs a value", "--json", "--headless")]
    [InlineData("--shop-port is '80'", "--shop-port", "80")]
    [InlineData("--json is 'no/such/figures.json'", "--json", "no/such/figures.json")]
    [InlineData("--plot is '.'", "--plot", ".")]
    [InlineData("--arm is 'left'", "--arm", "left")]
    [InlineData("--control is 'maybe'", "--control", "maybe")]
    [InlineData("'till' is not a role", "till")]
    [InlineData("must differ", "--shop-port", "5080")]
    public void Parse_Impossible_SaysWhatIsWrong(string message, params string[] arguments)
    {
        OptionException error = Assert.Throws<OptionException>(() => OptionParser.Parse(arguments));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Usage_EveryOption_IsListed()
    {
        string usage = OptionParser.Usage();

        Assert.All(OptionTable.All, option => Assert.Contains(option.Name, usage, StringComparison.Ordinal));
    }
}
