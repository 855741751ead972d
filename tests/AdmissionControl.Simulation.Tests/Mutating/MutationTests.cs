using AdmissionControl.Simulation.Mutating;

namespace AdmissionControl.Simulation.Tests.Mutating;

public sealed class MutationTests
{
    private static readonly Mutation Mutation = new("sign", "Law.cs", "a + b", "a - b");

    [Fact]
    public void Apply_TextThatStandsOnce_IsReplaced() => Assert.Equal("x = a - b;", Mutation.Apply("x = a + b;"));

    [Theory]
    [InlineData("x = a;", "nowhere")]
    [InlineData("x = a + b; y = a + b;", "more than once")]
    public void Apply_TextThatDoesNot_IsRefused(string source, string where)
    {
        FormatException error = Assert.Throws<FormatException>(() => Mutation.Apply(source));

        Assert.Equal($"The mutation \"sign\" needs the text 'a + b' in Law.cs, where it stands {where}; allowed is once.", error.Message);
    }
}
