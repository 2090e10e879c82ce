using System.Buffers;
using System.Text;
using System.Text.Json;
using PrivacyService.Gateway.Streams;
using PrivacyService.Masking;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Gateway;

/// <summary>Streams of the known providers, cut anywhere, by the model and by the network.</summary>
public sealed class AnswerRestorerTests
{
    private const string Text = "Grüße 🙂: arn:aws:iam::123456789012:role/ops-admin and vpc-0a1b2c3d4e5f60718 of \"ada@example.com\", psn_, AWS_, PII";
    private const string Arguments = """{"to":"ada@example.com","vpc":"vpc-0a1b2c3d4e5f60718","n":1}""";

    private readonly MemoryPrivacy _privacy = new();
    private readonly string _maskedText;
    private readonly string _maskedArguments;

    public AnswerRestorerTests()
    {
        _maskedText = Mask(Text);
        _maskedArguments = Mask(Arguments);
        Assert.DoesNotContain("123456789012", _maskedText, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Providers => ModelStream.Names;

    /// <summary>As many ends as strings: compared each with each, they would take until tomorrow.</summary>
    [Fact]
    public async Task Restore_EventWithManyEnds_LooksAtEachOnce()
    {
        const int choices = 150_000;
        var mask = Mask("ada@example.com");
        var text = string.Join(',', Enumerable.Range(0, choices).Select(i => $$$"""{"index":{{{i}}},"delta":{"content":"{{{(i % 1000 == 0 ? mask : "x")}}}"},"finish_reason":"stop"}"""));

        var restored = await RestoreAsync($$"""data: {"choices":[{{text}}]}""" + "\n\n", int.MaxValue);

        Assert.Equal((choices / 1000) + 1, restored.Split("ada@example.com").Length);
        Assert.DoesNotContain(mask, restored, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Restore_TextCutAtEveryPoint_IsTheOriginal(string provider)
    {
        var stream = ModelStream.Of(provider);
        for (var cut = 0; cut <= _maskedText.Length; cut++)
        {
            var pieces = Cut(_maskedText, cut);
            var restored = await RestoreAsync(stream.Write(pieces, Cut(_maskedArguments, Math.Min(cut, _maskedArguments.Length))), 4096);

            Assert.Equal((Text + '\u0003', Arguments), stream.Read(restored));
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Restore_CharacterByCharacterAndByteByByte_IsTheOriginal(string provider)
    {
        var stream = ModelStream.Of(provider);
        var events = stream.Write(Runes(_maskedText), Runes(_maskedArguments));

        foreach (var size in (int[])[1, 2, 3, 1000])
        {
            Assert.Equal((Text + '\u0003', Arguments), stream.Read(await RestoreAsync(events, size)));
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Restore_StreamWithoutMasks_IsTheSameEventForEvent(string provider)
    {
        var events = ModelStream.Of(provider).Write(["Nothing ", "here \\ \u2028", "to see"], ["{\"x\":", "\"y\"}"]);

        Assert.Equal(Lines(events), Lines(await RestoreAsync(events, 7)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Restore_StandInsCutAtEveryPoint_AreTheOriginals(string provider)
    {
        const string text = "Grüße 🙂 an ada@corp.com und (415) 867-5309; 4929 1234 5678 9015 4929123456789015 9 vpc-0a1b2c3d4e5f60718 +44 (0)20 7123 4567. 1 2 3";
        const string arguments = """{"to":"ada@corp.com","tel":"+39 02 1234 5678","n":4929123456789015}""";
        var (maskedText, maskedArguments) = (await _privacy.MaskInFormAsync(text), await _privacy.MaskInFormAsync(arguments));
        Assert.DoesNotMatch("@corp|867-53|56789015|vpc-0a1b2c3d|7123 4567|1234 5678", maskedText + maskedArguments);
        var stream = ModelStream.Of(provider);
        for (var cut = 0; cut <= maskedText.Length; cut++)
        {
            using var standIns = _privacy.StandIns();
            var events = stream.Write(Cut(maskedText, cut), Cut(maskedArguments, Math.Min(cut, maskedArguments.Length)));
            var restored = await RestoreAsync(events, 4096, standIns);

            Assert.Equal((text + '\u0003', arguments), stream.Read(restored));
        }
    }

    [Fact]
    public async Task Restore_StreamThatBreaksOff_GivesWhatWaited()
    {
        var events = ModelStream.Anthropic.Write([_maskedText], []);
        var broken = events[..(events.IndexOf("event: content_block_stop", StringComparison.Ordinal) + 10)];

        Assert.Equal(Text, ModelStream.Anthropic.Read(await RestoreAsync(broken, 64)).Text);
    }

    [Fact]
    public async Task Restore_EventsThatAreNoJson_AreOneText()
    {
        var events = string.Concat(Runes(_maskedText).Select(character => $"data: {character}\n\n"));
        var restored = await RestoreAsync(events, 5);

        Assert.Equal(Text, string.Concat(restored.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block["data: ".Length..])));
    }

    [Fact]
    public async Task Restore_HalfASurrogatePair_IsLeftAsItIs()
    {
        const string events = """
            data: {"delta":{"text":"psn_"}}

            data: {"delta":{"text":"\ud83d"}}

            data: {"delta":{"text":"\ude42"}}


            """;

        var restored = await RestoreAsync(events.ReplaceLineEndings("\n"), 16);

        Assert.Equal(["""data: {"delta":{"text":""}}""", """data: {"delta":{"text":"psn_\ud83d"}}""", """data: {"delta":{"text":"\ude42"}}"""], Lines(restored));
    }

    [Fact]
    public async Task Restore_WholeDocument_WritesOriginalsAsEachStringNeedsThem()
    {
        const string quoted = "\"Ada\" <ada@example.com>";
        var mask = Encoding.UTF8.GetString(_privacy.Mask((_, writer, output) => writer.WriteText(new("person_name", 0, quoted.Length, 1, ""), MaskMode.Mask, quoted, output)));
        var answer = $$"""{"content":"Dear {{mask}}","tool":{"arguments":"{\"to\":\"{{mask}}\"}"} }""";
        var output = new ArrayBufferWriter<byte>();

        await new AnswerRestorer(_privacy.Values()).RestoreAsync(Encoding.UTF8.GetBytes(answer), output, Stop);

        using var restored = JsonDocument.Parse(output.WrittenMemory);
        Assert.Equal("Dear " + quoted, restored.RootElement.GetProperty("content").GetString());
        using var arguments = JsonDocument.Parse(restored.RootElement.GetProperty("tool").GetProperty("arguments").GetString()!);
        Assert.Equal(quoted, arguments.RootElement.GetProperty("to").GetString());
    }

    [Fact]
    public async Task Read_EventWithoutEnd_IsRefusedAtTheBound()
    {
        var endless = new MemoryStream(Encoding.ASCII.GetBytes("data: " + new string('x', SseReader.LongestEvent + 1024)));

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var block in SseReader.ReadAsync(endless, Stop))
            {
                Assert.Fail("There is no event.");
            }
        });
    }

    private static string[] Cut(string text, int at)
    {
        at = at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
        return [text[..at], text[at..]];
    }

    private static IEnumerable<string> Runes(string text) => text.EnumerateRunes().Select(rune => rune.ToString());

    private static string[] Lines(string events) => events.Split(["\r\n", "\r", "\n"], StringSplitOptions.RemoveEmptyEntries);

    private string Mask(string text) => Encoding.UTF8.GetString(_privacy.Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(text, output)));

    private async Task<string> RestoreAsync(string events, int size, StandInValues? standIns = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var restorer = new AnswerRestorer(_privacy.Values(standIns));
        await foreach (var block in SseReader.ReadAsync(new PiecesStream(Encoding.UTF8.GetBytes(events), size), Stop))
        {
            await restorer.RestoreAsync(block, output, Stop);
            Assert.DoesNotMatch("(?i)(aws_[a-z]+|pii_[a-z]+|psn)_[0-9a-z]{1,27}[^0-9a-z]", Encoding.UTF8.GetString(output.WrittenSpan));
        }

        await restorer.FinishAsync(output, Stop);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Gives a few bytes for each read.</summary>
    private sealed class PiecesStream(byte[] content, int size) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
