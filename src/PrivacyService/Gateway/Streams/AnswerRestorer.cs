using System.Buffers;
using System.Text;
using System.Text.Json;
using PrivacyService.Documents;
using PrivacyService.Masking;

namespace PrivacyService.Gateway.Streams;

/// <summary>
/// Puts originals back into the answer of an upstream, whole or event by event. Of a text that comes in pieces, what may be the beginning of a
/// mask waits for the next piece of the same text; what waited when it ended goes out in an event of its own before the one that ends it.
/// Not safe for concurrent use.
/// </summary>
internal sealed class AnswerRestorer(MaskedValues values)
{
    /// <summary>Texts that come at once.</summary>
    private const int MostChannels = 256;

    private readonly Dictionary<string, Channel> _channels = new(StringComparer.Ordinal);

    /// <summary>Restores a whole JSON document. What its texts have is asked for together.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public async ValueTask RestoreAsync(ReadOnlyMemory<byte> json, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var answer = AnswerJson.Parse(json);
        foreach (var text in answer.Strings.Where(text => !text.IsTorn))
        {
            values.Want(Encoding.Latin1.GetString(Decode(json.Span, text).Span));
        }

        await values.LoadAsync(cancellationToken);
        await RewriteAsync(json, answer.Strings, text => WholeAsync(json, text, cancellationToken), output);
    }

    /// <summary>Restores an event; may write others before it.</summary>
    /// <exception cref="InvalidDataException">There are more texts at once than can be kept apart.</exception>
    public async ValueTask RestoreAsync(SseBlock block, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        if (block.Data is not { } data)
        {
            SseWriter.Write(block, output);
            return;
        }

        if (data.Span.SequenceEqual("[DONE]"u8))
        {
            await FinishAsync(output, cancellationToken);
            SseWriter.Write(block, output);
            return;
        }

        if (TryParse(data) is not { } answer)
        {
            await RestoreTextAsync(block, data, output, cancellationToken);
            return;
        }

        await FinishEndedAsync(answer, output, cancellationToken);
        var rewritten = new ArrayBufferWriter<byte>(data.Length + 256);
        await RewriteAsync(data, answer.Strings, text => RestoreAsync(block, data, answer, text, cancellationToken), rewritten);
        SseWriter.Write(block with { Data = rewritten.WrittenMemory }, output);
    }

    /// <summary>Writes what waited: the stream is at its end.</summary>
    public ValueTask FinishAsync(IBufferWriter<byte> output, CancellationToken cancellationToken) => FinishAsync(_ => true, output, cancellationToken);

    /// <summary>Texts that this event ends, by saying so or by being something else about them. Those that it continues finish within it.</summary>
    private ValueTask FinishEndedAsync(AnswerJson answer, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var continued = answer.Strings.Where(text => text.Channel is not null).Select(text => text.Channel!).ToHashSet(StringComparer.Ordinal);
        return FinishAsync(
            channel => !continued.Contains(channel.Name)
                && ((!answer.HasPieces && !answer.IsPing && channel.Name.StartsWith(answer.Identity, StringComparison.Ordinal)) || answer.Ends(channel.Name)),
            output, cancellationToken);
    }

    private async ValueTask FinishAsync(Func<Channel, bool> which, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        foreach (var channel in _channels.Values.Where(which).ToArray())
        {
            _channels.Remove(channel.Name);
            var rest = new ArrayBufferWriter<byte>();
            await channel.Restorer.FinishAsync(rest, cancellationToken);
            if (rest.WrittenCount == 0)
            {
                continue;
            }

            var (block, data, text) = channel.Last;
            var rewritten = new ArrayBufferWriter<byte>(data.Length + rest.WrittenCount);
            rewritten.Write(data.Span[..text.Start]);
            WriteEscaped(rest.WrittenSpan, text, rewritten);
            rewritten.Write(data.Span[text.End..]);
            SseWriter.Write(block with { Data = rewritten.WrittenMemory }, output);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> RestoreAsync(
        SseBlock block, ReadOnlyMemory<byte> data, AnswerJson answer, AnswerString text, CancellationToken cancellationToken)
    {
        if (text.Channel is not { } name)
        {
            return await WholeAsync(data, text, cancellationToken);
        }

        var output = new ArrayBufferWriter<byte>();
        if (text.IsTorn)
        {
            // No mask goes on here: what waited goes before it.
            if (_channels.Remove(name, out var torn))
            {
                await torn.Restorer.FinishAsync(output, cancellationToken);
            }

            return output.WrittenMemory;
        }

        if (!_channels.TryGetValue(name, out var channel))
        {
            channel = _channels.Count < MostChannels
                ? new Channel(name, new StreamRestorer(values, text.IsJson))
                : throw new InvalidDataException("The upstream writes too many texts at once.");
            _channels.Add(name, channel);
        }

        channel.Last = (block, data, text);
        await channel.Restorer.WriteAsync(Decode(data.Span, text), output, cancellationToken);
        if (answer.Ends(name))
        {
            _channels.Remove(name);
            await channel.Restorer.FinishAsync(output, cancellationToken);
        }

        return output.WrittenMemory;
    }

    private async ValueTask<ReadOnlyMemory<byte>> WholeAsync(ReadOnlyMemory<byte> json, AnswerString text, CancellationToken cancellationToken)
    {
        if (text.IsTorn)
        {
            return default;
        }

        var output = new ArrayBufferWriter<byte>();
        var restorer = new StreamRestorer(values, text.IsJson);
        await restorer.WriteAsync(Decode(json.Span, text), output, cancellationToken);
        await restorer.FinishAsync(output, cancellationToken);
        return output.WrittenMemory;
    }

    /// <summary>Null for text. A word or a number is text too: it may be a piece of some.</summary>
    private static AnswerJson? TryParse(ReadOnlyMemory<byte> data)
    {
        if (data.Span.TrimStart(" \t\n"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            return null;
        }

        try
        {
            return AnswerJson.Parse(data);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Data that is no JSON is one text, event after event.</summary>
    private async ValueTask RestoreTextAsync(SseBlock block, ReadOnlyMemory<byte> data, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        const string name = "";
        if (!_channels.TryGetValue(name, out var channel))
        {
            channel = new Channel(name, new StreamRestorer(values, insideJson: false));
            _channels.Add(name, channel);
        }

        channel.Last = (block, data, new AnswerString(0, data.Length, name, IsJson: false) { IsPlain = true });
        var restored = new ArrayBufferWriter<byte>();
        await channel.Restorer.WriteAsync(data, restored, cancellationToken);
        SseWriter.Write(block with { Data = restored.WrittenMemory }, output);
    }

    private static async ValueTask RewriteAsync(
        ReadOnlyMemory<byte> json, IReadOnlyList<AnswerString> strings, Func<AnswerString, ValueTask<ReadOnlyMemory<byte>>> restore, IBufferWriter<byte> output)
    {
        var copied = 0;
        foreach (var text in strings)
        {
            var restored = await restore(text);
            if (text.IsTorn)
            {
                output.Write(json.Span[copied..text.Start]);
                WriteEscaped(restored.Span, text, output);
                copied = text.Start;
            }
            else if (!restored.Span.SequenceEqual(Decode(json.Span, text).Span))
            {
                output.Write(json.Span[copied..text.Start]);
                WriteEscaped(restored.Span, text, output);
                copied = text.End;
            }
        }

        output.Write(json.Span[copied..]);
    }

    private static ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> json, AnswerString text)
    {
        var written = json[text.Start..text.End];
        var decoded = new byte[written.Length];
        return decoded.AsMemory(0, JsonText.Unescape(written, decoded).Length);
    }

    private static void WriteEscaped(ReadOnlySpan<byte> utf8, AnswerString text, IBufferWriter<byte> output)
    {
        if (text.IsPlain)
        {
            output.Write(utf8);
            return;
        }

        output.Advance(JsonText.Escape(utf8, output.GetSpan(Math.Max(1, utf8.Length * JsonText.LongestEscape))));
    }

    private sealed class Channel(string name, StreamRestorer restorer)
    {
        public string Name => name;

        public StreamRestorer Restorer => restorer;

        /// <summary>The latest event with a piece of it: the mould of one for what waited.</summary>
        public (SseBlock Block, ReadOnlyMemory<byte> Data, AnswerString Text) Last { get; set; }
    }
}
