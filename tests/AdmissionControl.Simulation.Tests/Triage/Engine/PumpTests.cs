using AdmissionControl.Policies;
using AdmissionControl.Simulation.Triage.Engine;

namespace AdmissionControl.Simulation.Tests.Triage.Engine;

public sealed class PumpTests
{
    [Fact]
    public void Drain_WhatWasPosted_RunsInOrderWithWhatItPosts()
    {
        var pump = new Pump();
        List<int> ran = [];
        pump.Post(_ =>
        {
            ran.Add(1);
            pump.Post(_ => ran.Add(3), null);
        }, null);
        pump.Post(_ => ran.Add(2), null);
        Assert.Empty(ran);

        pump.Drain();

        Assert.Equal([1, 2, 3], ran);
    }

    [Fact]
    public void Around_APumpThatRan_GivesTheContextBack()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext? inside = null;
        var pump = new Pump();

        Assert.Throws<InvalidOperationException>(() => pump.Around(() =>
        {
            inside = SynchronizationContext.Current;
            throw new InvalidOperationException();
        }));

        Assert.Same(pump, inside);
        Assert.Same(before, SynchronizationContext.Current);
    }

    [Fact]
    public void Drain_AWaiterOfTheController_ContinuesOnThisThreadAndNotBefore()
    {
        AdmissionPolicyOptions options = new()
        {
            Concurrency = new ConcurrencyOptions { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 1 },
            Queue = new QueueOptions { MaxWait = TimeSpan.FromHours(1) },
        };
        using var controller = new AdmissionController("test", options);
        var pump = new Pump();
        int continuedOn = 0;

        pump.Around(() =>
        {
            AdmissionLease first = controller.AdmitAsync(new AdmissionRequest()).Result;
            Wait();
            first.Complete(AdmissionOutcome.Success);
            Assert.Equal(0, continuedOn);
            pump.Drain();
        });

        Assert.Equal(Environment.CurrentManagedThreadId, continuedOn);

        async void Wait()
        {
            AdmissionLease second = await controller.AdmitAsync(new AdmissionRequest());
            continuedOn = Environment.CurrentManagedThreadId;
            second.Complete(AdmissionOutcome.Success);
        }
    }
}
