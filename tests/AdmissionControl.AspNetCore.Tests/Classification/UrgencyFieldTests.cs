using AdmissionControl.AspNetCore.Classification;

namespace AdmissionControl.AspNetCore.Tests.Classification;

public class UrgencyFieldTests
{
    [Theory]
    [InlineData("u=6", true)]
    [InlineData("u=7, i", true)]
    [InlineData("i,\tu=7;x=1", true)]
    [InlineData("u=1, u=6", true)]
    [InlineData("u=6, u=1", false)]
    [InlineData("u=5", false)]
    [InlineData("u=66", false)]
    [InlineData("u=", false)]
    [InlineData("i", false)]
    [InlineData("mu=7", false)]
    [InlineData("", false)]
    public void IsLow_Field_LooksAtItsLastUrgency(string field, bool expected) => Assert.Equal(expected, UrgencyField.IsLow(field));
}
