namespace Storefront.Wire;

/// <summary>A child's side of the pipes to the director. It ends this process when the director is gone, however the director went.</summary>
internal sealed class ParentLink
{
    private readonly LineWriter _writer = new(Console.OpenStandardOutput());

    /// <summary>Starts to read commands on a thread of its own: a blocked pool thread would be missed on a small machine.</summary>
    public static void Listen(Action<Line> onCommand) =>
        new Thread(() => ReadUntilGone(onCommand)) { IsBackground = true, Name = "director" }.Start();

    public void Send(Line line)
    {
        if (!_writer.TryWrite(line))
        {
            Leave();
        }
    }

    private static void ReadUntilGone(Action<Line> onCommand)
    {
        using StreamReader input = new(Console.OpenStandardInput());
        while (input.ReadLine() is string text)
        {
            if (LineJson.Read(text) is Line command)
            {
                onCommand(command);
            }
        }

        Leave();
    }

    // A child has nothing to save, and a graceful stop would wait for requests that hang by design.
    private static void Leave() => Environment.Exit(0);
}
