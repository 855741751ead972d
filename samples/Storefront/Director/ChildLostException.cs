namespace Storefront.Director;

/// <summary>A process of the story ended before its time; the message holds the last lines it wrote.</summary>
internal sealed class ChildLostException(string message) : Exception(message);
