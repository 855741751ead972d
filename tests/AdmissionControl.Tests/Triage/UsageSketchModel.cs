namespace AdmissionControl.Tests.Triage;

/// <summary>The reference: a number for each key, however many there are.</summary>
internal sealed class UsageSketchModel
{
    private Dictionary<ulong, ulong> _units = [];

    public IEnumerable<ulong> Keys => _units.Keys;

    public ulong this[ulong hash] => _units.GetValueOrDefault(hash);

    public void Charge(ulong hash, uint units) => _units[hash] = Math.Min(this[hash] + units, uint.MaxValue);

    public void Halve(long times)
    {
        for (long i = 0; i < Math.Min(times, 64); i++)
        {
            _units = _units.ToDictionary(u => u.Key, u => u.Value / 2);
        }
    }
}
