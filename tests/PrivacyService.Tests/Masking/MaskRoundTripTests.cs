using System.Buffers;
using System.Text;
using System.Text.Json;
using PrivacyService.Masking;
using PrivacyService.Tests.Aws;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Masking;

/// <summary>What is masked and turned back is what it was, byte for byte: texts of many tools, documents, in every encoding that they bring along.</summary>
public sealed class MaskRoundTripTests
{
    private const int Texts = 6_000;
    private const int Documents = 4_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_OfTexts_GivesTheVeryTextsBackHoweverTheyAreCut()
    {
        var texts = new AwsTexts(seed: 31);
        var random = new Random(31);
        var masked = 0;
        for (var i = 0; i < Texts; i++)
        {
            var privacy = new MemoryPrivacy();
            var text = texts.Next() + texts.Pick("", "ada@example.com\n", "call +49 30 1234567 ", "DE89 3704 0044 0532 0130 00", "\\\"\t\u0001 🙂");
            var mask = MaskText(privacy, text);
            masked += privacy.Replaced;

            Assert.Equal(text, await RestoreAsync(privacy, mask, random.Next(1, 200)));
            Assert.Equal(mask, MaskText(privacy, mask));
        }

        Assert.True(masked > Texts);
    }

    [Fact]
    public void Restore_OfDocuments_GivesTheVeryBytesBack()
    {
        var texts = new AwsTexts(seed: 32);
        var personal = new DocumentGenerator(32);
        for (var i = 0; i < Documents; i++)
        {
            var privacy = new MemoryPrivacy();
            var document = $$"""{ "{{texts.Name}}":{{personal.Next()}},"a": [{{JsonSerializer.Serialize(texts.Next())}}, {"accountId" :1{{texts.Account[1..]}}}, "{{Escaped(texts.Arn)}}"]}""";
            var mask = privacy.Mask((finder, writer, output) => new JsonMasker(finder, writer).Mask(Encoding.UTF8.GetBytes(document), output));

            Assert.Equal(document, Encoding.UTF8.GetString(privacy.Restore(mask)));
            Assert.Equal(mask, privacy.Mask((finder, writer, output) => new JsonMasker(finder, writer).Mask(mask, output)));
            JsonDocument.Parse(mask).Dispose();
        }
    }

    [Fact]
    public async Task Restore_OfAMegabyte_GivesTheVeryTextBack()
    {
        var texts = new AwsTexts(seed: 33);
        var text = new StringBuilder();
        while (text.Length < 1024 * 1024)
        {
            text.Append(texts.Next());
        }

        var privacy = new MemoryPrivacy();
        var mask = MaskText(privacy, text.ToString());

        Assert.Equal(text.ToString(), await RestoreAsync(privacy, mask, 4096));
        Assert.True(privacy.Replaced > 10_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mask_OfTerraformStateAndCloudTrailLog_StillParsesAndLeaksNothing(bool asText)
    {
        foreach (var document in (string[])[TerraformState.Write(seed: 34, stacks: 10), CloudTrailLog.Write(seed: 34, events: 100)])
        {
            var privacy = new MemoryPrivacy();
            var mask = asText
                ? Encoding.UTF8.GetBytes(MaskText(privacy, document))
                : privacy.Mask((finder, writer, output) => new JsonMasker(finder, writer).Mask(Encoding.UTF8.GetBytes(document), output));

            using var parsed = JsonDocument.Parse(mask);
            Assert.Equal(document, Encoding.UTF8.GetString(privacy.Restore(mask)));
        }
    }

    private static string MaskText(MemoryPrivacy privacy, string text) =>
        Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(text, output)));

    private static async Task<string> RestoreAsync(MemoryPrivacy privacy, string text, int size)
    {
        var output = new ArrayBufferWriter<byte>(text.Length);
        var restorer = new StreamRestorer(privacy.Values(), insideJson: false);
        var utf8 = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < utf8.Length; at += size)
        {
            await restorer.WriteAsync(utf8.AsMemory(at, Math.Min(size, utf8.Length - at)), output, Stop);
        }

        await restorer.FinishAsync(output, Stop);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select((character, i) => i % 3 == 0 ? $"\\u{(int)character:x4}" : character == '/' ? "\\/" : character.ToString()));
}
