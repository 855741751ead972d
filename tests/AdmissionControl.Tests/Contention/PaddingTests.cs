using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdmissionControl.Concurrency;
using AdmissionControl.TokenBuckets;
using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Contention;

/// <summary>Words that many threads write lie on cache lines of their own: 128 bytes from anything else on both sides, because processors fetch lines in pairs.</summary>
public class PaddingTests
{
    private const int Padding = 128;

    /// <summary>Each padded struct with its words, in order.</summary>
    public static TheoryData<Type, string[]> Padded => new()
    {
        { typeof(ArrivalWords), [nameof(ArrivalWords.ArrivalTime), nameof(ArrivalWords.PrepaidUntil), nameof(ArrivalWords.HeldUntil)] },
        { typeof(BulkheadState), [nameof(BulkheadState.Word), nameof(BulkheadState.LastUse)] },
        { typeof(GateState), [nameof(GateState.Occupancy), nameof(GateState.Limit), nameof(GateState.Claims)] },
        { typeof(PermitStripe), ["_held"] },
        { typeof(ServedUnits), [nameof(ServedUnits.Count)] },
        { typeof(StripeFills), ["_count", "_emptyAt"] },
    };

    [Theory]
    [MemberData(nameof(Padded))]
    public void Layout_EveryWord_HasPaddingOnBothSides(Type type, string[] words)
    {
        (FieldInfo Field, int Offset)[] fields = [.. type
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(f => (f, f.GetCustomAttribute<FieldOffsetAttribute>()!.Value))
            .OrderBy(f => f.Value)];
        Assert.Equal(words, fields.Select(f => f.Field.Name));

        // What was declared is what the runtime does.
        int size = Marshal.SizeOf(type);
        Assert.Equal(type.StructLayoutAttribute!.Size, size);
        Assert.All(fields, f => Assert.Equal(f.Offset, (int)Marshal.OffsetOf(type, f.Field.Name)));

        // From the beginning of one to that of the next: then no aligned block of that size holds parts of both. Words that touch are used together and
        // share their lines on purpose.
        int[] starts = [0, .. fields.Select(f => f.Offset), size];
        IEnumerable<int> distances = starts.Zip(starts.Skip(1), (one, next) => next - one).Where(distance => distance != sizeof(long));
        Assert.All(distances, distance => Assert.True(distance >= Padding, $"{distance} bytes apart"));
    }

    /// <summary>A row is missing above when somebody pads another struct.</summary>
    [Fact]
    public void Padded_EveryStructWithExplicitLayout_IsInTheTable()
    {
        Type[] explicitly = [.. typeof(ConcurrencyGate).Assembly.GetTypes()
            .Where(t => t.IsExplicitLayout && t.GetCustomAttribute<CompilerGeneratedAttribute>() is null && t.DeclaringType?.Name != "<PrivateImplementationDetails>")
            .OrderBy(t => t.Name)];
        Assert.Equal(explicitly, Padded.Select(row => row.Data.Item1).OrderBy(t => t.Name));
    }
}
