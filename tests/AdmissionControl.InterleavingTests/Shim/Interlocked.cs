using System.Numerics;
using System.Runtime.CompilerServices;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl;

/// <summary>The platform's type of that name, as the shipped source sees it here: each operation is a step of a schedule.</summary>
/// <remarks>It lies in the namespace around the shipped ones, where names are looked up before those of using directives.</remarks>
internal static class Interlocked
{
    public static T Add<T>(
        ref T location, T value, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : IBinaryInteger<T>
    {
        Change(ref location, static (old, added) => old + added, value, new("Interlocked.Add", what, member, file, line));
        return location;
    }

    public static T Increment<T>(
        ref T location, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : IBinaryInteger<T>
    {
        Change(ref location, static (old, one) => old + one, T.One, new("Interlocked.Increment", what, member, file, line));
        return location;
    }

    public static T Decrement<T>(
        ref T location, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : IBinaryInteger<T>
    {
        Change(ref location, static (old, one) => old - one, T.One, new("Interlocked.Decrement", what, member, file, line));
        return location;
    }

    public static T Or<T>(
        ref T location, T value, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : IBinaryInteger<T> =>
        Change(ref location, static (old, bits) => old | bits, value, new("Interlocked.Or", what, member, file, line));

    public static T And<T>(
        ref T location, T value, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : IBinaryInteger<T> =>
        Change(ref location, static (old, bits) => old & bits, value, new("Interlocked.And", what, member, file, line));

    public static T Exchange<T>(
        ref T location, T value, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Change(ref location, static (_, next) => next, value, new("Interlocked.Exchange", what, member, file, line));

    public static T CompareExchange<T>(
        ref T location, T value, T comparand, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Scheduler.Step();
        T old = location;
        bool isSame = typeof(T).IsValueType ? EqualityComparer<T>.Default.Equals(old, comparand) : ReferenceEquals(old, comparand);
        if (isSame)
        {
            location = value;
        }

        Scheduler.Tell(new("Interlocked.CompareExchange", what, member, file, line), old, location, isSame ? null : "expected another");
        return old;
    }

    public static long Read(
        ref readonly long location, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Scheduler.Step();
        Scheduler.Tell(new("Interlocked.Read", what, member, file, line), location, location);
        return location;
    }

    public static void MemoryBarrier(
        [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Scheduler.Step();
        Scheduler.Tell(new("Interlocked.MemoryBarrier", "", member, file, line), 0, 0);
    }

    private static T Change<T>(ref T location, Func<T, T, T> change, T argument, in Place place)
    {
        Scheduler.Step();
        T old = location;
        location = change(old, argument);
        Scheduler.Tell(place, old, location);
        return old;
    }
}
