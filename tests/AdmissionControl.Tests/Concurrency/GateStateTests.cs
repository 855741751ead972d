using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class GateStateTests
{
    private const int Padding = 128;

    [Fact]
    public void Layout_EveryField_HasALinePairOfItsOwn()
    {
        int size = Unsafe.SizeOf<GateState>();
        (int Start, int End)[] fields = [.. typeof(GateState)
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(f => (Start: f.GetCustomAttribute<FieldOffsetAttribute>()!.Value, Length: f.FieldType == typeof(long) ? 8 : 4))
            .Select(f => (f.Start, f.Start + f.Length))
            .OrderBy(f => f.Item1)];
        Assert.Equal(2, fields.Length);
        Assert.True(fields[0].Start >= Padding);
        for (int i = 1; i < fields.Length; i++)
        {
            Assert.True(fields[i].Start - fields[i - 1].Start >= Padding);
        }

        Assert.True(size - fields[^1].Start >= Padding);
    }

    [Fact]
    public void Layout_InTheGate_IsWhatWasDeclared()
    {
        FieldInfo state = typeof(ConcurrencyGate).GetField("_state", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Equal(typeof(GateState), state.FieldType);
        Assert.Equal(384, Marshal.SizeOf<GateState>());
        Assert.Equal(3, typeof(ConcurrencyGate).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Length);
    }
}
