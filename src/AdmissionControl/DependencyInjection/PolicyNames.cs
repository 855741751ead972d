using System.Collections;

namespace AdmissionControl.DependencyInjection;

/// <summary>The names given to <c>AddPolicy</c> so far, each as it was spelled first. As the keys of a configuration, they are the same in upper and lower case.</summary>
internal sealed class PolicyNames : IEnumerable<string>
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a name unless it is there already.</summary>
    /// <param name="name">The name.</param>
    /// <param name="first">The name as it was spelled first, which is that of the policy and of its options.</param>
    /// <returns>Whether it was added.</returns>
    public bool Add(string name, out string first)
    {
        bool isNew = _names.Add(name);
        first = _names.TryGetValue(name, out string? known) ? known : name;
        return isNew;
    }

    public IEnumerator<string> GetEnumerator() => _names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
