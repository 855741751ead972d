namespace AdmissionControl.LoadedHost;

/// <summary>Work that is posted to the thread pool from outside it, as by a queue's consumer.</summary>
internal static class PoolLoad
{
    public static string Run(Work work, double perSecond, TimeSpan duration)
    {
        using var observation = new Observation(work);
        OpenLoop.Run(perSecond, duration, () => ThreadPool.UnsafeQueueUserWorkItem(static w => _ = w.DoAsync(), work, preferLocal: false));
        return observation.Cells();
    }
}
