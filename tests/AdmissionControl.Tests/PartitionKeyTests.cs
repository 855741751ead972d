using System.Net;

namespace AdmissionControl.Tests;

public class PartitionKeyTests
{
    [Fact]
    public void Default_IsNone_AndNothingElseIs()
    {
        Assert.True(default(PartitionKey).IsNone);
        Assert.False(PartitionKey.From("").IsNone);
        Assert.False(PartitionKey.From(0).IsNone);
        Assert.False(PartitionKey.From(IPAddress.Any).IsNone);
    }

    [Fact]
    public void From_Null_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => PartitionKey.From((string)null!));
        Assert.Throws<ArgumentNullException>(() => PartitionKey.From((IPAddress)null!));
    }

    [Fact]
    public void From_Name_IsOrdinal()
    {
        Assert.Equal(PartitionKey.From("tenant"), PartitionKey.From(string.Concat("ten", "ant")));
        Assert.NotEqual(PartitionKey.From("tenant"), PartitionKey.From("Tenant"));
        Assert.NotEqual(PartitionKey.From(1), PartitionKey.From(2));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("fe80::1%1", "fe80::1%2", true)]
    public void From_Address_IsTheClient(string a, string b, bool isSame) =>
        Assert.Equal(isSame, PartitionKey.From(IPAddress.Parse(a)) == PartitionKey.From(IPAddress.Parse(b)));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.200", 24, 64, true)]
    [InlineData("192.0.2.1", "192.0.3.1", 24, 64, false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.200", 24, 64, true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", 32, 56, true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:102::1", 32, 56, false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::2", 32, 128, false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::1:2", 32, 112, false)]
    [InlineData("2001:db8:1:2::1:1", "2001:db8:1:2::1:2", 32, 112, true)]
    [InlineData("192.0.2.1", "203.0.113.9", 0, 64, true)]
    public void From_AddressByPrefix_IsTheClient(string a, string b, int ipv4, int ipv6, bool isSame) => Assert.Equal(
        isSame, PartitionKey.From(IPAddress.Parse(a), ipv4, ipv6) == PartitionKey.From(IPAddress.Parse(b), ipv4, ipv6));

    [Theory]
    [InlineData(33, 64, "from 0 to 32")]
    [InlineData(-1, 64, "from 0 to 32")]
    [InlineData(32, 129, "from 0 to 128")]
    public void From_PrefixOutOfRange_SaysWhatIsAllowed(int ipv4, int ipv6, string allowed) => Assert.Contains(
        allowed, Assert.Throws<ArgumentOutOfRangeException>(() => PartitionKey.From(IPAddress.Loopback, ipv4, ipv6)).Message, StringComparison.Ordinal);
}
