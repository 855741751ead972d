using System.Diagnostics;
using System.Runtime.CompilerServices;
using AdmissionControl.InterleavingTests.Scheduling;

// The lock statement knows its lock by this full name.
namespace System.Threading;

/// <summary>The platform's type of that name: entering is a step, which a thread can take only when nobody else is inside.</summary>
/// <remarks>Leaving is none: nothing that another thread could do just before it differs from doing it just after.</remarks>
internal sealed class Lock
{
    private object? _owner;
    private int _depth;

    public bool IsHeldByCurrentThread => _owner is not null && ReferenceEquals(_owner, Scheduler.CurrentActor);

    /// <summary>Whether somebody else is inside.</summary>
    public bool IsClosedTo(object actor) => _owner is not null && !ReferenceEquals(_owner, actor);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public Scope EnterScope()
    {
        Scheduler.StepInto(this);
        _owner = Scheduler.CurrentActor;
        _depth++;
        if (Scheduler.IsTelling)
        {
            // The compiler calls this method, so nobody fills in a caller.
            System.Reflection.MethodBase? caller = new StackFrame(1).GetMethod();
            Scheduler.Tell(new("lock", "entered", caller?.Name ?? "", caller?.DeclaringType?.Name ?? "", 0), _depth, _depth);
        }

        return new Scope(this);
    }

    private void Exit()
    {
        if (--_depth == 0)
        {
            _owner = null;
        }
    }

    public ref struct Scope(Lock owner)
    {
        public readonly void Dispose() => owner.Exit();
    }
}
