namespace Storefront.Options;

/// <summary>The command line asks for something impossible; the message names the option, the value and what is allowed.</summary>
internal sealed class OptionException(string message) : Exception(message);
