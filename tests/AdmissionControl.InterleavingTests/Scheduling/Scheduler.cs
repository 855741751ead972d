namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Runs the threads of a scenario one at a time, and asks a strategy before each step who takes it.</summary>
/// <remarks>
/// A step is an operation of the shim together with the plain code behind it, up to the next operation. So what is explored are the sequentially
/// consistent interleavings of synchronising operations; plain accesses do not interleave, and no reordering by compiler or processor is seen.
/// <para>
/// The thread that arrives at a step makes the choice itself and goes on at once if it is chosen: only a change of threads costs a hand-over. The
/// workers live as long as the scheduler. Whoever is no actor of a schedule (the thread that sets up and checks) passes through the shim without steps.
/// </para>
/// </remarks>
internal sealed class Scheduler : IDisposable
{
    private const int MostSteps = 2000;

    // No schedule takes long: one that does waits for something that is no step.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [ThreadStatic]
    private static Actor? _current;

    private readonly Actor[] _actors;
    private readonly System.Threading.Thread[] _workers;
    private readonly Baton _end = new();
    private readonly List<int> _choices = [];
    private readonly List<string> _story = [];
    private Play _play = new();
    private IStrategy _strategy = new Replay([]);
    private Exception? _failure;
    private int _steps;
    private int _begun;
    private bool _isFirstChoice;
    private bool _isAbandoned;
    private bool _isTelling;
    private bool _isClosing;
    private bool _isStuck;

    public Scheduler(int threads)
    {
        _actors = [.. Enumerable.Range(0, threads).Select(i => new Actor(this, i))];
        _workers = [.. _actors.Select(actor => new System.Threading.Thread(() => Work(actor)) { IsBackground = true })];
        Array.ForEach(_workers, worker => worker.Start());
    }

    /// <summary>Who takes the step: an actor, or the thread itself outside of any schedule.</summary>
    public static object CurrentActor => (object?)_current ?? System.Threading.Thread.CurrentThread;

    /// <summary>Whether steps are written down.</summary>
    public static bool IsTelling => _current?.Scheduler._isTelling == true;

    /// <summary>The choices of the last schedule.</summary>
    public IReadOnlyList<int> Choices => _choices;

    /// <summary>The steps of the last schedule, if they were written down.</summary>
    public IReadOnlyList<string> Story => _story;

    /// <summary>Runs one schedule.</summary>
    /// <returns>What was violated; null if nothing was.</returns>
    public Exception? Run(Play play, IStrategy strategy, bool isTelling)
    {
        _play = play;
        _strategy = strategy;
        _isTelling = isTelling;
        _failure = null;
        _steps = 0;
        _begun = 0;
        _isFirstChoice = true;
        _isAbandoned = false;
        _choices.Clear();
        _story.Clear();
        Array.ForEach(_actors, actor => actor.Reset());

        RunToTheEnd(_actors[0]);
        foreach (Actor actor in _actors)
        {
            // Those that an abandoned schedule left in the middle: one after another, so that nothing runs side by side even now.
            while (!actor.IsDone)
            {
                RunToTheEnd(actor);
            }
        }

        if (_failure is null)
        {
            Observe(play.AtEnd);
        }

        return _failure;
    }

    /// <summary>Arrives at a step: returns when it is this thread's turn to take it.</summary>
    public static void Step() => _current?.Scheduler.Arrive(_current, wants: null, isFree: false);

    /// <summary>The same for the step into a lock.</summary>
    public static void StepInto(Lock wants)
    {
        if (_current is null)
        {
            Must.Hold(!wants.IsClosedTo(CurrentActor), "A check must not wait for a lock that a thread of the schedule holds.");
        }

        _current?.Scheduler.Arrive(_current, wants, isFree: false);
    }

    /// <summary>A step at which any other thread may run and nobody counts as preempted.</summary>
    public static void Yield() => _current?.Scheduler.Arrive(_current, wants: null, isFree: true);

    /// <summary>A step that this thread takes only after another has taken one.</summary>
    public static void Rest()
    {
        if (_current is { } actor)
        {
            actor.IsResting = true;
            actor.Scheduler.Arrive(actor, wants: null, isFree: true);
        }
    }

    /// <summary>Writes down what a step did.</summary>
    public static void Tell<T>(in Place place, T before, T after, string? remark = null)
    {
        if (IsTelling)
        {
            _current!.Scheduler._story.Add(Line(_current, StoryText.Of(place, before, after, remark)));
        }
    }

    /// <summary>Writes down what a scenario says about itself.</summary>
    public static void Tell(string text)
    {
        if (IsTelling)
        {
            _current!.Scheduler._story.Add(Line(_current, text));
        }
    }

    public void Dispose()
    {
        _isClosing = true;
        Array.ForEach(_actors, actor => actor.GiveTurn());
        Array.ForEach(_workers, worker => _isStuck |= !worker.Join(_isStuck ? TimeSpan.Zero : Longest));
    }

    private static string Line(Actor actor, string text) => $"{new string(' ', actor.Id * 2)}{actor.Name}  {text}";

    private void RunToTheEnd(Actor first)
    {
        first.GiveTurn();
        if (!_end.TryAwait(Longest))
        {
            _isStuck = true;
            throw new InvalidOperationException(
                "A thread of the scenario loops without a step, or waits for something that the shim does not know, such as a monitor that another one holds.");
        }
    }

    private void Work(Actor actor)
    {
        while (true)
        {
            actor.AwaitTurn();
            if (_isClosing)
            {
                return;
            }

            try
            {
                _current = actor;
                if (!_isAbandoned)
                {
                    _play.Threads[actor.Id]();
                    Observe(_play.Always);
                }
            }
            catch (AbandonedException)
            {
                // As it should.
            }
            catch (Exception e)
            {
                Fail(e);
            }
            finally
            {
                _current = null;
            }

            Leave(actor);
        }
    }

    private void Arrive(Actor actor, Lock? wants, bool isFree)
    {
        ThrowIfAbandoned();
        Observe(_play.Always);
        if (++_steps > MostSteps)
        {
            Fail(new ViolationException($"There is no end after {MostSteps} steps."));
        }

        ThrowIfAbandoned();
        actor.Wants = wants;
        Actor? next = Next(actor, isFree);
        if (next != actor)
        {
            Pass(next);
            actor.AwaitTurn();
            ThrowIfAbandoned();
        }

        actor.Wants = null;
        foreach (Actor other in _actors)
        {
            other.IsResting &= other == actor;
        }
    }

    /// <summary>Has taken its last step.</summary>
    private void Leave(Actor actor)
    {
        actor.IsDone = true;
        Pass(_isAbandoned ? null : Next(actor, isFree: true));
    }

    private void Pass(Actor? next)
    {
        if (next is null)
        {
            _end.Give();
        }
        else
        {
            next.GiveTurn();
        }
    }

    /// <summary>Who takes the next step; null when the schedule ends.</summary>
    private Actor? Next(Actor last, bool isFree)
    {
        // At first each runs up to its first step, in order: what it does before concerns nobody else.
        if (_begun < _actors.Length - 1)
        {
            return _actors[++_begun];
        }

        Span<int> able = stackalloc int[_actors.Length];
        int count = 0;
        for (int i = 0; i < _actors.Length; i++)
        {
            Actor actor = _actors[(last.Id + i) % _actors.Length];
            if (actor.CanStep)
            {
                able[count++] = actor.Id;
            }
        }

        if (count == 0)
        {
            ReportStandstill();
            return null;
        }

        return Chosen(able[..count], isFree || _isFirstChoice || !last.CanStep);
    }

    private Actor? Chosen(ReadOnlySpan<int> able, bool isFree)
    {
        _isFirstChoice = false;
        try
        {
            int chosen = _strategy.Choose(able, isFree);
            _choices.Add(chosen);
            return _actors[able[chosen]];
        }
        catch (InvalidOperationException e)
        {
            Fail(e);
            return null;
        }
    }

    private void ReportStandstill()
    {
        string[] waiting = [.. _actors.Where(a => !a.IsDone).Select(a => $"{a.Name} waits for {(a.IsResting ? "another to do something" : "a lock")}")];
        if (waiting.Length > 0)
        {
            Fail(new ViolationException($"Nobody can go on: {string.Join(", ", waiting)}."));
        }
    }

    private void Observe(Action check)
    {
        Actor? actor = _current;
        _current = null;
        try
        {
            check();
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            _current = actor;
        }
    }

    private void Fail(Exception failure)
    {
        _failure ??= failure;
        _isAbandoned = true;
    }

    private void ThrowIfAbandoned()
    {
        if (_isAbandoned)
        {
            throw new AbandonedException();
        }
    }
}
