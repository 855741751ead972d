using System.Net;
using System.Net.Sockets;
using Storefront.Options;

namespace Storefront.Director;

/// <summary>Refuses to start while a port of the story is taken.</summary>
internal static class PortCheck
{
    public static void Require(StorefrontOptions options)
    {
        RequireFree("--shop-port", options.ShopPort);
        RequireFree("--sop-port", options.SopPort);
        if (!options.Headless)
        {
            RequireFree("--page-port", options.PagePort);
        }
    }

    private static void RequireFree(string option, int port)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            throw new OptionException($"Port {port} is taken by another process; choose another one with {option} PORT.");
        }
    }
}
