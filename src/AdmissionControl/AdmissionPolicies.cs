using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AdmissionControl;

/// <summary>The controllers of all policies that were registered, by name. A singleton.</summary>
/// <remarks>A controller is built when it is first asked for, once. Names are the same in upper and lower case. Thread-safe.</remarks>
public sealed class AdmissionPolicies : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<AdmissionController>> _controllers;
    private readonly Lock _lock = new();
    private readonly List<AdmissionController> _built = [];
    private AdmissionMode _mode;

    internal AdmissionPolicies(IEnumerable<string> names, Func<string, AdmissionController> create) =>
        _controllers = new(
            names.Select(name => KeyValuePair.Create(name, new Lazy<AdmissionController>(() => InCommonMode(create(name))))), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A switch for all policies at once: each interferes no more than this says, whatever its own <see cref="AdmissionController.Mode"/> is. Default <see cref="AdmissionMode.Enforce"/>, so that each
    /// policy's own counts. Settable at any time, with effect on the next request; a reload of the configuration sets it when <c>AdmissionControl:Mode</c> changes there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the three.</exception>
    public AdmissionMode Mode
    {
        get => _mode;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)value, (byte)AdmissionMode.Off, nameof(Mode));
            lock (_lock)
            {
                _mode = value;
                _built.ForEach(controller => controller.CommonMode = value);
            }
        }
    }

    /// <summary>The names of all policies, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _controllers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The controller of a policy.</summary>
    /// <param name="name">The policy's name.</param>
    /// <exception cref="InvalidOperationException">There is no such policy; the message lists those there are.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option of the policy is out of its range.</exception>
    public AdmissionController this[string name] => TryGet(name, out AdmissionController? controller) ? controller : throw Unknown(name, usedBy: null);

    /// <summary>The controller of a policy, if there is one of that name.</summary>
    /// <param name="name">The policy's name.</param>
    /// <param name="controller">The controller, or null.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out AdmissionController? controller)
    {
        ArgumentNullException.ThrowIfNull(name);
        controller = _controllers.TryGetValue(name, out Lazy<AdmissionController>? lazy) ? lazy.Value : null;
        return controller is not null;
    }

    /// <summary>Disposes every controller that was built.</summary>
    public void Dispose() => Array.ForEach(Built, controller => controller.Dispose());

    internal InvalidOperationException Unknown(string name, string? usedBy)
    {
        string known = _controllers.IsEmpty ? "there are none" : string.Join(", ", Names.Select(n => $"'{n}'"));
        string user = usedBy is null ? string.Empty : $" (asked for by {usedBy})";
        return new($"There is no admission policy '{name}'{user}; it must be one of those registered with AddAdmissionControl: {known}.");
    }

    private AdmissionController InCommonMode(AdmissionController controller)
    {
        lock (_lock)
        {
            controller.CommonMode = _mode;
            _built.Add(controller);
        }

        return controller;
    }

    /// <summary>Those that were built so far.</summary>
    internal AdmissionController[] Built
    {
        get
        {
            lock (_lock)
            {
                return [.. _built];
            }
        }
    }
}
