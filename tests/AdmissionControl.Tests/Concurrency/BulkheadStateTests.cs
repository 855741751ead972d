using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class BulkheadStateTests
{
    private const int Padding = 128;

    [Fact]
    public void Layout_TheFields_ShareALineWithNothingElse()
    {
        int[] offsets = [.. typeof(BulkheadState)
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(f => f.GetCustomAttribute<FieldOffsetAttribute>()!.Value)
            .Order()];
        Assert.Equal([Padding, Padding + sizeof(long)], offsets);
        Assert.Equal(offsets[^1] + sizeof(long) + Padding, Unsafe.SizeOf<BulkheadState>());
        Assert.Equal(typeof(BulkheadState), typeof(Bulkhead).GetField("_state", BindingFlags.Instance | BindingFlags.NonPublic)!.FieldType);
    }
}
