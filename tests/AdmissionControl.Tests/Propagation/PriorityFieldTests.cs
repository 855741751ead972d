using AdmissionControl.Propagation;

namespace AdmissionControl.Tests.Propagation;

public class PriorityFieldTests
{
    [Theory]
    [InlineData("2", RequestPriority.Normal, null)]
    [InlineData("0;c=0", RequestPriority.Critical, 0)]
    [InlineData(" 4; c=127 ", RequestPriority.Bulk, 127)]
    [InlineData("1;x;c=5;y=z.1", RequestPriority.High, 5)]
    [InlineData("1;c=5;c=6", RequestPriority.High, 6)]
    public void TryParse_Item_ReadsPriorityAndCohort(string field, RequestPriority expected, int? cohort)
    {
        Assert.True(PriorityField.TryParse(field, out RequestPriority priority, out byte? read));
        Assert.Equal(expected, priority);
        Assert.Equal(cohort, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-1")]
    [InlineData("2.0")]
    [InlineData("+2")]
    [InlineData("high")]
    [InlineData("2, 3")]
    [InlineData("2 ;c=1")]
    [InlineData("2;")]
    [InlineData("2;;c=1")]
    [InlineData("2;c")]
    [InlineData("2;c=")]
    [InlineData("2;c=128")]
    [InlineData("2;c=-1")]
    [InlineData("2;c=99999999999999999999")]
    [InlineData("2;C=1")]
    [InlineData("2;=1")]
    [InlineData("2;x=\"a\"")]
    [InlineData("2;x= 1")]
    [InlineData("2;x=")]
    public void TryParse_MalformedOrOutOfRange_IsFalse(string field) => Assert.False(PriorityField.TryParse(field, out _, out _));

    [Fact]
    public void Format_AnyValue_IsReadBack()
    {
        for (RequestPriority priority = RequestPriority.Critical; priority <= RequestPriority.Bulk; priority++)
        {
            for (int cohort = -1; cohort < AdmissionRequest.CohortCount; cohort++)
            {
                byte? expected = cohort < 0 ? null : (byte)cohort;
                Assert.True(PriorityField.TryParse(PriorityField.Format(priority, expected), out RequestPriority readPriority, out byte? readCohort));
                Assert.Equal((priority, expected), (readPriority, readCohort));
            }
        }

        Assert.Equal("2;c=87", PriorityField.Format(RequestPriority.Normal, 87));
    }

    [Fact]
    public void TryParse_Item_AllocatesNothing() => Assert.Equal(0, Allocated.In(() =>
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(PriorityField.TryParse("2;c=87;x=y", out _, out _));
            Assert.False(PriorityField.TryParse("2;c=987", out _, out _));
        }
    }));
}
