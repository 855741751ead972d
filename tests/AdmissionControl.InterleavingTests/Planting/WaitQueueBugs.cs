namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the controller's queue and grant routine.</summary>
internal static class WaitQueueBugs
{
    private const string Queue = "Queueing/WaitQueue.cs";
    private const string Stages = "AdmissionStages.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "queue: lost wake-up, a waiter does not look after it was announced",
            "queue: a completion meets an arrival",
            Queue,
            """
                        Serve(ref done);
                        if (waiter is not { IsDone: true }
            """,
            "            if (waiter is not { IsDone: true }"),
        new(
            "queue: a cancelled waiter is finished once more after it was served",
            "queue: a cancellation meets a completion",
            Queue,
            """
                        if (!waiter.IsDone)
                        {
                            Finish(waiter, _controller.RefuseSafely(waiter.Request, RejectionReason.Cancelled), ref done);
                        }
            """,
            """
                        if (!waiter.IsDone)
                        {
                            Finish(waiter, _controller.RefuseSafely(waiter.Request, RejectionReason.Cancelled), ref done);
                        }
                        else
                        {
                            _stages.Gate.RemoveWaiter();
                        }
            """),
        new(
            "queue: double grant, a newcomer passes while somebody waits",
            "queue: a completion, a waiter and a newcomer",
            Stages,
            "        inFlight = isWaiter ? Gate.Grant(request.Cost) : Gate.Enter(request.Cost);",
            """
                    if (isWaiter)
                    {
                        Gate.RemoveWaiter();
                    }

                    inFlight = Gate.Enter(request.Cost);
            """),
        new(
            "queue: lost wake-up, a token comes back and nobody is told",
            "queue: a newcomer gives back the token that an arrival waits for",
            "AdmissionStages.cs",
            "            Gate.WakeWaiters();",
            string.Empty),
        new(
            "queue: who will not wait overtakes an equal",
            "queue: one who will not wait finds an equal who came meanwhile",
            Queue,
            "        if (request.Priority >= best.Request.Priority)",
            "        if (request.Priority > best.Request.Priority)"),
        new(
            "queue: a closed queue lets somebody wait",
            "queue: an end of all waits meets an arrival",
            Queue,
            """
                        _isClosed |= leases is null;
                        while (_line.Best is { } waiter)
            """,
            "            while (_line.Best is { } waiter)"),
        new(
            "queue: a switch to shadow leaves the announcement of one who waited",
            "queue with triage: a switch to shadow meets a completion",
            Queue,
            """
                    if (!isGranted)
                    {
                        _stages.Gate.RemoveWaiter();
                    }
            """,
            """
                    if (!isGranted && !result.IsAdmitted)
                    {
                        _stages.Gate.RemoveWaiter();
                    }
            """),
        new(
            "queue: one who decided to wait before a switch to shadow waits after it",
            "queue with triage: a switch to shadow meets an arrival",
            Queue,
            "if (shadow is null && _controller.EffectiveMode != AdmissionMode.Enforce)",
            "if (shadow is null && _controller.EffectiveMode > AdmissionMode.Off)"),
        new(
            "queue: who makes room is not taken out of the line",
            "queue with triage: a more important arrival displaces a waiter while a permit comes back",
            Queue,
            """
                            if (victim is not null)
                            {
                                Finish(victim, _controller.Refuse(victim.Request, RejectionReason.Displaced), ref done);
                            }
            """,
            """
                            if (victim is not null)
                            {
                                Waiter copy = Waiter.For(this, victim.Request, victim.Level, victim.EnqueuedAt, victim.ExpiresAt);
                                _line.Add(copy);
                                Finish(victim, _controller.Refuse(victim.Request, RejectionReason.Displaced), ref done);
                            }
            """),
    ];
}
