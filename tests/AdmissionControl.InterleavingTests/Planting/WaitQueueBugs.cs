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
                            _line.Add(waiter);
                        }

                        Serve(ref done);
            """,
            """
                            _line.Add(waiter);
                        }
            """),
        new(
            "queue: a cancelled waiter is finished once more after it was served",
            "queue: a cancellation meets a completion",
            Queue,
            """
                        if (!waiter.IsDone)
                        {
                            Finish(waiter, _controller.Refuse(waiter.Request, RejectionReason.Cancelled), ref done);
                        }
            """,
            """
                        if (!waiter.IsDone)
                        {
                            Finish(waiter, _controller.Refuse(waiter.Request, RejectionReason.Cancelled), ref done);
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
            "queue: release before hand-off, a withdrawal gives the permit back before its token",
            "queue: a withdrawal brings token and permit to a waiter",
            "AdmissionController.cs",
            """
                    if (!slot.IsExempt)
                    {
                        _stages.RefundTokens(slot.Permits, slot.Partition);
                    }

                    AdmissionCounters.CountWithdrawn(_counters.RowOf(thread), slot.Priority);
                    Release(slot);
            """,
            """
                    AdmissionCounters.CountWithdrawn(_counters.RowOf(thread), slot.Priority);
                    Release(slot);
                    if (!slot.IsExempt)
                    {
                        _stages.RefundTokens(slot.Permits, slot.Partition);
                    }
            """),
        new(
            "queue: a closed queue lets somebody wait",
            "queue: an end of all waits meets an arrival",
            Queue,
            """
                        _isClosed = true;
                        while (_line.Best is { } waiter)
            """,
            "            while (_line.Best is { } waiter)"),
    ];
}
