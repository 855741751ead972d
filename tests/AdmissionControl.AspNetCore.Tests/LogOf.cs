using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionControl.AspNetCore.Tests;

/// <summary>Keeps what the middleware logs.</summary>
internal sealed class LogOf : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string? Event)> Entries { get; } = [];

    public IServiceCollection AddTo(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(_ => new Provider(this));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((logLevel, eventId.Name));

    private sealed class Provider(LogOf log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => categoryName == typeof(AdmissionControlMiddleware).FullName ? log : NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}
