namespace Storefront.Director;

/// <summary>What the run says to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>The run with control met the marks, or the wiring was checked.</summary>
    public const int MarksMet = 0;

    public const int MarksMissed = 1;

    public const int TooNoisy = 2;

    /// <summary>As in sysexits.h: the command was used incorrectly.</summary>
    public const int BadUsage = 64;

    /// <summary>A process of the story ended before its time.</summary>
    public const int ChildLost = 70;

    /// <summary>128 + SIGINT, as a shell reports it.</summary>
    public const int Interrupted = 130;
}
