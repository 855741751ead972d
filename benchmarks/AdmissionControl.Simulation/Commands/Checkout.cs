namespace AdmissionControl.Simulation.Commands;

/// <summary>The working copy of the project that this program was built in.</summary>
internal static class Checkout
{
    private const string Marker = "AdmissionControl.sln";

    /// <summary>Its folder.</summary>
    /// <exception cref="UsageException">The program runs outside of any.</exception>
    public static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, Marker)))
            {
                return folder;
            }
        }

        throw new UsageException(
            $"No folder above {AppContext.BaseDirectory} holds {Marker}; "
            + "`mutate`, and `check` without --golden FILE, are for a program built in the checkout.");
    }
}
