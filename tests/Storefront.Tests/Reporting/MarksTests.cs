using Storefront.LoadBalancer;
using Storefront.Reporting;
using Storefront.Wire;

namespace Storefront.Tests.Reporting;

public sealed class MarksTests
{
    private const double Capacity = 400;

    private static readonly PhaseReport GoodFlood = new(
        "flood", 60, 2000, 380, [Customers("checkout", 580)], Customers("total", 22_800), new PingFigures(600, 12, 40, 0, 0), 0,
        new SopReport(0, 0, 600, 590, 10), new GeneratorFigures(0.5, 5, 20, 0, 12), new StallReport(0, 15));

    [Fact]
    public void Judge_GoodFlood_MeetsAll() => Assert.All(Judge(GoodFlood), mark => Assert.True(mark.Met, mark.Name));

    [Fact]
    public void Judge_EachFault_MissesItsMark()
    {
        Assert.Equal("pings, p99", Missed(GoodFlood with { Pings = GoodFlood.Pings with { P99Ms = 201 } }));
        Assert.Equal("pings unanswered for 1 s", Missed(GoodFlood with { Pings = GoodFlood.Pings with { Unanswered = 1 } }));
        Assert.Equal("time out of rotation", Missed(GoodFlood with { OutOfRotationSeconds = 0.2 }));
        Assert.Equal("checkouts served in time", Missed(GoodFlood with { Classes = [Customers("checkout", 539)] }));
        Assert.Equal("SOP's outages (all phases)", Missed(GoodFlood with { Sop = GoodFlood.Sop with { Outages = 1 } }));
        Assert.Equal("goodput, all classes", Missed(GoodFlood with { GoodputPerSecond = 359 }));
        Assert.Equal("admitted requests, p99", Missed(GoodFlood with { Total = GoodFlood.Total with { P99WithGivenUpMs = 1000 } }));
    }

    [Fact]
    public void Noise_QuietMachine_IsEmpty() => Assert.Empty(Marks.Noise(Arm(GoodFlood)));

    [Fact]
    public void Noise_LateOrStalled_SaysWho()
    {
        PhaseReport late = GoodFlood with { Generator = GoodFlood.Generator with { LatenessP99Ms = 21 } };
        PhaseReport stalled = GoodFlood with { Director = new StallReport(1, 150) };

        Assert.Contains("sent late", Assert.Single(Marks.Noise(Arm(late))), StringComparison.Ordinal);
        Assert.Contains("director stalled", Assert.Single(Marks.Noise(Arm(stalled))), StringComparison.Ordinal);
    }

    private static string Missed(PhaseReport flood) => Assert.Single(Judge(flood), mark => !mark.Met).Name;

    private static IReadOnlyList<Mark> Judge(PhaseReport flood) => Marks.Judge(Arm(flood), Capacity);

    private static ArmReport Arm(PhaseReport flood) => new("with", true, Capacity, [], [flood], new ShopReport(0, 0, null));

    private static ClassFigures Customers(string name, long served) => new(name, 0, 0, served, 0, 0, 0, 0, 40, 300, 400);
}
