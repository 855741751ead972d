namespace Storefront.Shop;

/// <summary>What every page of the shop needs: a few connections, 20 ms a request each, first come, first served.</summary>
internal sealed class Backend(int connections, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan ServiceTime = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _connections = new(connections);
    private int _waiting;

    public int InUse => connections - _connections.CurrentCount;

    public int Waiting => Volatile.Read(ref _waiting);

    public async Task UseAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _connections.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            await Task.Delay(ServiceTime, clock, cancellationToken);
        }
        finally
        {
            _connections.Release();
        }
    }

    public void Dispose() => _connections.Dispose();
}
