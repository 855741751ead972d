namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Says what was violated.</summary>
internal static class Must
{
    public static void Hold(bool condition, string message)
    {
        if (!condition)
        {
            throw new ViolationException(message);
        }
    }

    public static void Equal<T>(T expected, T actual, string what) =>
        Hold(EqualityComparer<T>.Default.Equals(expected, actual), $"{what}: expected {expected}, was {actual}");
}
