using System.Buffers;
using System.Text;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>Splits a program's output into lines. A line without end costs no more memory than a long one.</summary>
internal static class OutputReader
{
    public const int MaxLineLength = 16 * 1024;

    private const int BufferSize = 4096;

    public static async Task ReadLinesAsync(Stream output, Action<string> line, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(output, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, BufferSize, leaveOpen: true);
        var buffer = ArrayPool<char>.Shared.Rent(BufferSize);
        var current = new StringBuilder();
        var cut = 0L;
        try
        {
            while (true)
            {
                var count = await reader.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                var rest = buffer.AsMemory(0, count);
                while (rest.Span.IndexOf('\n') is >= 0 and var end)
                {
                    Append(current, rest.Span[..end], ref cut);
                    Emit(current, ref cut, line);
                    rest = rest[(end + 1)..];
                }

                Append(current, rest.Span, ref cut);
            }

            if (current.Length > 0)
            {
                Emit(current, ref cut, line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program is gone, or what is left of its output belongs to a descendant that outlived it.
            if (current.Length > 0)
            {
                Emit(current, ref cut, line);
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static void Append(StringBuilder current, ReadOnlySpan<char> text, ref long cut)
    {
        var room = Math.Min(MaxLineLength - current.Length, text.Length);
        current.Append(text[..room]);
        cut += text.Length - room;
    }

    private static void Emit(StringBuilder current, ref long cut, Action<string> line)
    {
        if (current.Length > 0 && current[^1] == '\r')
        {
            current.Length--;
        }

        if (cut > 0)
        {
            current.Append(" … (").Append(cut).Append(" more characters)");
        }

        line(current.ToString());
        current.Clear();
        cut = 0;
    }
}
