using System.Buffers;

namespace PrivacyService.Gateway.Streams;

/// <summary>Writes server-sent events (WHATWG HTML, 9.2).</summary>
internal static class SseWriter
{
    public static void Write(SseBlock block, IBufferWriter<byte> output)
    {
        output.Write(block.Head.Span);
        if (block.Data is { } data)
        {
            var rest = data.Span;
            for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
            {
                WriteLine(rest[..end], output);
                rest = rest[(end + 1)..];
            }

            WriteLine(rest, output);
        }

        output.Write("\n"u8);
    }

    private static void WriteLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        output.Write(line);
        output.Write("\n"u8);
    }
}
