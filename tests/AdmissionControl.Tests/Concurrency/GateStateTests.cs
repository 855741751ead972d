using System.Reflection;
using System.Runtime.InteropServices;
using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class GateStateTests
{
    [Fact]
    public void Layout_InTheGate_IsWhatWasDeclared()
    {
        FieldInfo state = typeof(ConcurrencyGate).GetField("_state", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Equal(typeof(GateState), state.FieldType);
        Assert.Equal(392, Marshal.SizeOf<GateState>());
        Assert.Equal(3, typeof(ConcurrencyGate).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Length);
    }
}
