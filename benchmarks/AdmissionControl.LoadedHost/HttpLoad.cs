namespace AdmissionControl.LoadedHost;

/// <summary>Requests that come whether or not the others have been answered, as long as no more than a thousand are out.</summary>
internal static class HttpLoad
{
    private const int MostOut = 1_000;

    public static void Run(Uri address, double perSecond, TimeSpan duration)
    {
        using var client = new HttpClient();
        int isOut = 0;
        OpenLoop.Run(perSecond, duration, () =>
        {
            if (Interlocked.Increment(ref isOut) <= MostOut)
            {
                _ = SendAsync();
            }
            else
            {
                Interlocked.Decrement(ref isOut);
            }
        });

        async Task SendAsync()
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(address);
            }
            catch (HttpRequestException)
            {
                // The server counts what it has done.
            }

            Interlocked.Decrement(ref isOut);
        }
    }
}
