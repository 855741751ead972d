using System.Runtime.CompilerServices;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl;

/// <summary>The platform's type of that name, as the shipped source sees it here: each access is a step of a schedule.</summary>
internal static class Volatile
{
    public static T Read<T>(
        ref readonly T location, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Scheduler.Step();
        Scheduler.Tell(new("Volatile.Read", what, member, file, line), location, location);
        return location;
    }

    public static void Write<T>(
        ref T location, T value, [CallerArgumentExpression(nameof(location))] string what = "", [CallerMemberName] string member = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Scheduler.Step();
        T old = location;
        location = value;
        Scheduler.Tell(new("Volatile.Write", what, member, file, line), old, value);
    }
}
