using System.Diagnostics;
using Storefront.Options;
using Storefront.Wire;

namespace Storefront.Director;

/// <summary>A process of the story. It ends when its input closes, so no child outlives the director.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly LineWriter _commands;
    private readonly Task _reading;
    private readonly Queue<string> _lastErrors = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    public Child(Role role, IEnumerable<string> options, Action<Line> onLine)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Child).Assembly.Location);
        }

        start.ArgumentList.Add(role.ToString().ToLowerInvariant());
        foreach (string option in options)
        {
            start.ArgumentList.Add(option);
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginErrorReadLine();
        _commands = new LineWriter(_process.StandardInput.BaseStream);
        _reading = ReadAsync(role, onLine);
    }

    /// <summary>Completes when the child is ready; fails when it ends first.</summary>
    public Task ReadyAsync(CancellationToken stop) => WhileAliveAsync(_ready.Task, stop);

    /// <summary>Awaits a result that depends on this child: fails when the child ends first.</summary>
    public async Task WhileAliveAsync(Task result, CancellationToken stop)
    {
        Task first = await Task.WhenAny(result, _lost.Task).WaitAsync(stop);
        await first;
    }

    public void Send(Line command) => _commands.TryWrite(command);

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _process.StandardInput.Close();
        using CancellationTokenSource patience = new(StopTimeout, TimeProvider.System);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(Role role, Action<Line> onLine)
    {
        while (await _process.StandardOutput.ReadLineAsync() is string text)
        {
            Line? line = LineJson.Read(text);
            if (line is Ready)
            {
                _ready.TrySetResult();
            }
            else if (line is not null)
            {
                onLine(line);
            }
        }

        if (!_stopping)
        {
            await _process.WaitForExitAsync();
            _lost.TrySetException(new ChildLostException($"Process {role} ended by itself.\n{Errors()}"));
        }
    }

    private void Remember(string? line)
    {
        lock (_lastErrors)
        {
            if (line is not null)
            {
                _lastErrors.Enqueue(line);
            }

            while (_lastErrors.Count > 20)
            {
                _lastErrors.Dequeue();
            }
        }
    }

    private string Errors()
    {
        lock (_lastErrors)
        {
            return string.Join('\n', _lastErrors);
        }
    }
}
