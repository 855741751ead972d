using System.Runtime.CompilerServices;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.TokenBuckets;

public class ArrivalWordsTests
{
    /// <summary>What was declared is what lies in memory: the readonly part of the line is never on the cache lines of the word.</summary>
    [Fact]
    public void Layout_InTheTimeline_KeepsTheOtherFieldsAway()
    {
        var line = new TokenTimeline(10, 5);
        ref byte word = ref Unsafe.As<long, byte>(ref line.ArrivalTime);
        ref byte successor = ref Unsafe.As<TokenTimeline?, byte>(ref line.Successor);
        Assert.True(Math.Abs((long)Unsafe.ByteOffset(ref word, ref successor)) >= 128);
    }
}
