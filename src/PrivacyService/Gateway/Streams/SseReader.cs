using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace PrivacyService.Gateway.Streams;

/// <summary>Takes a stream of server-sent events apart, however it is cut into packets. An event has a bound.</summary>
internal static class SseReader
{
    /// <summary>A whole answer may be repeated in its last event.</summary>
    public const int LongestEvent = 16 * 1024 * 1024;

    /// <exception cref="InvalidDataException">An event is longer than the bound.</exception>
    public static async IAsyncEnumerable<SseBlock> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var head = new ArrayBufferWriter<byte>();
        ArrayBufferWriter<byte>? data = null;
        var afterReturn = false;
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (TryReadLine(ref buffer, read.IsCompleted, ref afterReturn, out var line))
            {
                if (!line.IsEmpty)
                {
                    Add(line, head, ref data);
                }
                else if (head.WrittenCount > 0 || data is not null)
                {
                    yield return new SseBlock(head.WrittenSpan.ToArray(), data?.WrittenMemory);
                    head.ResetWrittenCount();
                    data = null;
                }
            }

            if (buffer.Length + head.WrittenCount + (data?.WrittenCount ?? 0) > LongestEvent)
            {
                throw new InvalidDataException("An event of the upstream is too long.");
            }

            if (read.IsCompleted)
            {
                break;
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
        }

        // The last event is often sent without the empty line that ends it.
        if (head.WrittenCount > 0 || data is not null)
        {
            yield return new SseBlock(head.WrittenSpan.ToArray(), data?.WrittenMemory);
        }
    }

    private static void Add(ReadOnlySequence<byte> line, ArrayBufferWriter<byte> head, ref ArrayBufferWriter<byte>? data)
    {
        var text = line.ToArray().AsSpan();
        var name = "data"u8;
        if (!text.StartsWith(name) || (text.Length > name.Length && text[name.Length] != ':'))
        {
            head.Write(text);
            head.Write("\n"u8);
            return;
        }

        if (data is null)
        {
            data = new ArrayBufferWriter<byte>(text.Length);
        }
        else
        {
            data.Write("\n"u8);
        }

        var value = text.Length > name.Length ? text[(name.Length + 1)..] : [];
        data.Write(value is [(byte)' ', ..] ? value[1..] : value);
    }

    /// <summary>A line ends with a line feed, a carriage return, or both; at the end of the stream also with nothing.</summary>
    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, bool isCompleted, ref bool afterReturn, out ReadOnlySequence<byte> line)
    {
        if (afterReturn && !buffer.IsEmpty)
        {
            buffer = buffer.FirstSpan[0] == '\n' ? buffer.Slice(1) : buffer;
            afterReturn = false;
        }

        var reader = new SequenceReader<byte>(buffer);
        if (reader.TryReadToAny(out line, "\r\n"u8, advancePastDelimiter: false))
        {
            reader.TryRead(out var delimiter);
            afterReturn = delimiter == '\r';
            buffer = buffer.Slice(reader.Position);
            return true;
        }

        line = buffer;
        if (!isCompleted || buffer.IsEmpty)
        {
            return false;
        }

        buffer = buffer.Slice(buffer.End);
        return true;
    }
}
