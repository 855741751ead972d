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
            "                _line.Add(waiter);\n            }\n\n            Serve(ref done);\n",
            "                _line.Add(waiter);\n            }\n"),
        new(
            "queue: lost wake-up, a waiter is announced after it has looked",
            "queue: a completion meets an arrival",
            Queue,
            "                _stages.Gate.AddWaiter();\n                _line.Add(waiter);\n            }\n\n            Serve(ref done);\n",
            "                _line.Add(waiter);\n            }\n\n            if (waiter is null || _stages.Gate.CanGrant(1, _stages.Gate.Limit))\n            {\n                if (waiter is not null)\n                {\n                    _stages.Gate.AddWaiter();\n                }\n\n                Serve(ref done);\n            }\n            else\n            {\n                _stages.Gate.AddWaiter();\n            }\n"),
        new(
            "queue: a cancelled waiter is finished once more after it was served",
            "queue: a cancellation meets a completion",
            Queue,
            "            if (!waiter.IsDone)\n            {\n                Finish(waiter, _controller.Refuse(waiter.Request, RejectionReason.Cancelled), ref done);\n            }\n",
            "            if (!waiter.IsDone)\n            {\n                Finish(waiter, _controller.Refuse(waiter.Request, RejectionReason.Cancelled), ref done);\n            }\n            else\n            {\n                _stages.Gate.RemoveWaiter();\n            }\n"),
        new(
            "queue: double grant, a newcomer passes while somebody waits",
            "queue: a completion, a waiter and a newcomer",
            Stages,
            "        inFlight = isWaiter ? Gate.Grant(request.Cost) : Gate.Enter(request.Cost);\n",
            "        if (isWaiter)\n        {\n            Gate.RemoveWaiter();\n        }\n\n        inFlight = Gate.Enter(request.Cost);\n"),
        new(
            "queue: release before hand-off, a withdrawal gives the permit back before its token",
            "queue: a withdrawal brings token and permit to a waiter",
            "AdmissionController.cs",
            "        if (!slot.Request.IsExempt)\n        {\n            _stages.RefundTokens(slot.Request);\n        }\n\n        _counters.CountWithdrawn(slot.Request.Priority);\n        Release(slot);\n",
            "        _counters.CountWithdrawn(slot.Request.Priority);\n        Release(slot);\n        if (!slot.Request.IsExempt)\n        {\n            _stages.RefundTokens(slot.Request);\n        }\n"),
        new(
            "queue: a closed queue lets somebody wait",
            "queue: an end of all waits meets an arrival",
            Queue,
            "            _isClosed = true;\n            while (_line.Best is { } waiter)\n",
            "            while (_line.Best is { } waiter)\n"),
    ];
}
