using System.Collections;

namespace AdmissionControl.DependencyInjection;

/// <summary>The names given to <c>AddPolicy</c> so far.</summary>
internal sealed class PolicyNames : IEnumerable<string>
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public bool Add(string name) => _names.Add(name);

    public IEnumerator<string> GetEnumerator() => _names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
