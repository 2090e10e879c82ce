using System.Buffers;
using System.Text;
using PrivacyService.Masking;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Masking;

public sealed class StreamRestorerTests
{
    private const string Text = "Grüße an ada@example.com 🙂 und grace@example.com, AWS_EC2_ ist keine Maske; a\\_b, PII_, ps, zuletzt \"o\\k\"@x, bob@example.com";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_CutAtEveryPoint_GivesTheOriginal()
    {
        var privacy = new MemoryPrivacy();
        var masked = privacy.Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(Text, output));
        Assert.DoesNotContain("@example.com", Encoding.UTF8.GetString(masked), StringComparison.Ordinal);

        for (var cut = 0; cut <= masked.Length; cut++)
        {
            Assert.Equal(Text, await RestoreAsync(privacy, [masked.AsMemory(0, cut), masked.AsMemory(cut)]));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(31)]
    public async Task Write_InSmallPieces_GivesTheOriginalAndNeverPartOfAMask(int size)
    {
        var privacy = new MemoryPrivacy();
        var masked = privacy.Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(Text, output));
        var pieces = masked.Chunk(size).Select(piece => (ReadOnlyMemory<byte>)piece).ToArray();

        var sent = new List<string>();
        Assert.Equal(Text, await RestoreAsync(privacy, pieces, sent));
        Assert.All(sent, text => Assert.StartsWith(text, Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_MaskOfSomebodyElse_IsLeftAndCounted()
    {
        var masked = new MemoryPrivacy("usr_2").Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(Text, output));
        var values = new MemoryPrivacy("usr_1").Values();
        var output = new ArrayBufferWriter<byte>();
        var restorer = new StreamRestorer(values, insideJson: false);

        await restorer.WriteAsync(masked, output, Stop);
        await restorer.FinishAsync(output, Stop);

        Assert.Equal(masked, output.WrittenSpan.ToArray());
        Assert.Equal((0, 3), (values.Restored, values.Missing));
    }

    [Fact]
    public async Task Write_IntoJson_WritesOriginalsAsJsonDoes()
    {
        const string name = "\"Ada\"\n@example.com";
        var privacy = new MemoryPrivacy();
        var masked = privacy.Mask((_, writer, output) => writer.WriteText(new("email", 0, name.Length, 1, ""), MaskMode.Mask, name, output));
        var output = new ArrayBufferWriter<byte>();
        var restorer = new StreamRestorer(privacy.Values(), insideJson: true);

        await restorer.WriteAsync(Encoding.UTF8.GetBytes($"{{\"to\":\"{Encoding.UTF8.GetString(masked)}\"}}"), output, Stop);
        await restorer.FinishAsync(output, Stop);

        using var json = System.Text.Json.JsonDocument.Parse(output.WrittenMemory);
        Assert.Equal(name, json.RootElement.GetProperty("to").GetString());
    }

    private static async Task<string> RestoreAsync(MemoryPrivacy privacy, ReadOnlyMemory<byte>[] pieces, List<string>? sent = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var restorer = new StreamRestorer(privacy.Values(), insideJson: false);
        foreach (var piece in pieces)
        {
            await restorer.WriteAsync(piece, output, Stop);

            // What is left out is the part of a character that the cut may have left.
            sent?.Add(Encoding.UTF8.GetString(output.WrittenSpan).TrimEnd('\uFFFD'));
        }

        await restorer.FinishAsync(output, Stop);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
