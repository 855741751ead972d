using System.Net;

namespace Storefront.LoadBalancer;

/// <summary>Pings the shop's /healthz over connections of its own and applies <see cref="RotationRule"/>.</summary>
internal sealed class Balancer(int shopPort, TimeProvider clock) : IDisposable
{
    private readonly Uri _address = new($"http://127.0.0.1:{shopPort}/healthz");
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
    private readonly RotationRule _rule = new();
    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();

    /// <summary>Called when a ping has ended, with the ledger it belongs to.</summary>
    public required Action<PingLedger, Ping> OnPing { get; init; }

    /// <summary>The ledger that a ping sent now belongs to.</summary>
    public required Func<PingLedger> Ledger { get; init; }

    public required Action<bool> OnRotation { get; init; }

    public bool InRotation
    {
        get
        {
            lock (_lock)
            {
                return _rule.InRotation;
            }
        }
    }

    public TimeSpan OutOfRotation
    {
        get
        {
            lock (_lock)
            {
                return _rule.OutUntil(clock.GetElapsedTime(_origin));
            }
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(RotationRule.PingPeriod, clock);
        while (!stop.IsCancellationRequested)
        {
            _ = PingAsync(Ledger(), stop);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task PingAsync(PingLedger ledger, CancellationToken stop)
    {
        long sent = clock.GetTimestamp();
        (bool answered, bool succeeded) = await AskAsync();
        if (stop.IsCancellationRequested)
        {
            return;
        }

        OnPing(ledger, new Ping(clock.GetElapsedTime(sent), answered, succeeded));
        lock (_lock)
        {
            if (_rule.Observe(succeeded, clock.GetElapsedTime(_origin)))
            {
                OnRotation(_rule.InRotation);
            }
        }
    }

    private async Task<(bool Answered, bool Succeeded)> AskAsync()
    {
        using CancellationTokenSource patience = new(RotationRule.PingTimeout, clock);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, _address);
            using HttpResponseMessage response = await _http.SendAsync(request, patience.Token);
            return (true, response.StatusCode == HttpStatusCode.OK);
        }
        catch (OperationCanceledException)
        {
            return (false, false);
        }
        catch (HttpRequestException)
        {
            // Refused or broken at once: failed, but not left without an answer.
            return (!patience.IsCancellationRequested, false);
        }
    }
}
