using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.TokenBuckets;

public class ArrivalWordsTests
{
    [Fact]
    public void Layout_TheWordsThatTakersWrite_HaveTwoCacheLinesOnEitherSide()
    {
        FieldInfo state = typeof(TokenTimeline).GetField("_state", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Equal(typeof(ArrivalWords), state.FieldType);
        int[] offsets = [.. typeof(ArrivalWords).GetFields().Select(f => f.GetCustomAttribute<FieldOffsetAttribute>()!.Value)];
        Assert.Equal(2, offsets.Length);
        Assert.True(offsets.Min() >= 128);
        Assert.True(Unsafe.SizeOf<ArrivalWords>() - offsets.Max() - sizeof(long) >= 128);
    }

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
