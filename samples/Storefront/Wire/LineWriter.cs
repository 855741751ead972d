using System.Text.Json;

namespace Storefront.Wire;

/// <summary>Writes lines to the other process; safe for concurrent use.</summary>
internal sealed class LineWriter(Stream stream)
{
    private readonly Lock _lock = new();

    /// <summary>False when the other side is gone.</summary>
    public bool TryWrite(Line line)
    {
        byte[] text = [.. JsonSerializer.SerializeToUtf8Bytes(line, LineJson.Options), (byte)'\n'];
        lock (_lock)
        {
            try
            {
                stream.Write(text);
                stream.Flush();
                return true;
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
