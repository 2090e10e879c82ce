using System.Buffers;
using System.Text;
using System.Text.Json;
using PrivacyService.Masking;
using PrivacyService.Tests.Aws;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.StandIns;

/// <summary>What is masked in form and turned back is what it was, byte for byte.</summary>
public sealed class StandInRoundTripTests
{
    private const int Texts = 2_000;
    private const int Documents = 1_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_OfTexts_GivesTheVeryTextsBackHoweverTheyAreCut()
    {
        var (personal, aws, random, tokens) = (new PersonalTexts(seed: 61), new AwsTexts(seed: 61), new Random(61), 0);
        for (var i = 0; i < Texts; i++)
        {
            var privacy = new MemoryPrivacy();
            var text = personal.Next() + (i % 3 == 0 ? aws.Next() : "") + personal.Next();
            var masked = await privacy.MaskInFormAsync(text);
            tokens += masked.Split("PII_CARD_").Length + masked.Split("PII_PHONE_").Length - 2;

            Assert.Equal(text, await RestoreAsync(privacy, masked, masked.Length));
            Assert.Equal(text, await RestoreAsync(privacy, masked, random.Next(1, 40)));
            var again = await privacy.MaskInFormAsync(masked);
            Assert.Equal(masked, again);
        }

        // Those of ranges that are used up or that nobody publishes, such as Visa's of 19 digits.
        Assert.InRange(tokens, 1, Texts);
    }

    [Fact]
    public async Task Restore_OfDocuments_GivesTheVeryBytesBack()
    {
        var (personal, aws) = (new PersonalTexts(seed: 62), new AwsTexts(seed: 62));
        for (var i = 0; i < Documents; i++)
        {
            var privacy = new MemoryPrivacy();
            var document = $$"""
                { "{{personal.Email}}":{{JsonSerializer.Serialize(personal.Next())}},"a": [{{JsonSerializer.Serialize(aws.Next() + personal.Next())}}, {"accountId" :1{{aws.Account[1..]}}}],
                  "phone": 4{{personal.Draw(2)}}2{{personal.Draw(6)}},"mobile":"{{personal.Phone}}","e":"{{Escaped(personal.Email)}}\u00e9{{personal.Card}}\n{{personal.Phone}}" }
                """;
            var masked = await privacy.MaskInFormAsync(document, isJson: true);

            using var parsed = JsonDocument.Parse(masked);
            Assert.Equal(JsonValueKind.Number, parsed.RootElement.GetProperty("phone").ValueKind);
            Assert.Equal(masked, await privacy.MaskInFormAsync(masked, isJson: true));
            Assert.Equal(document, privacy.Restore(await RestoreAsync(privacy, masked, masked.Length, onlyStandIns: true)));
        }
    }

    [Fact]
    public async Task Restore_CutAtEveryPoint_GivesTheOriginalAndNeverPartOfAStandIn()
    {
        const string text = "Grüße an ada@corp.com und (415) 867-5309; +39 02 1234 5678, 4929 1234 5678 9015 4929123456789015 9 vpc-0a1b2c3d4e5f60718 +44 (0)20 7123 4567. 1 2 3 bob@corp.com";
        var privacy = new MemoryPrivacy();
        var masked = await privacy.MaskInFormAsync(text);
        Assert.DoesNotMatch("@corp|867-53|1234 5678 9|vpc-0a1b2c3d|7123 4567", masked);
        var utf8 = Encoding.UTF8.GetBytes(masked);

        for (var cut = 0; cut <= utf8.Length; cut++)
        {
            using var standIns = privacy.StandIns();
            var restorer = new StreamRestorer(privacy.Values(standIns), insideJson: false);
            var output = new ArrayBufferWriter<byte>();
            await restorer.WriteAsync(utf8.AsMemory(0, cut), output, Stop);
            Assert.True(Encoding.UTF8.GetBytes(text).AsSpan().StartsWith(output.WrittenSpan), $"Cut at {cut}.");
            await restorer.WriteAsync(utf8.AsMemory(cut), output, Stop);
            await restorer.FinishAsync(output, Stop);
            Assert.Equal(text, Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public async Task Restore_OfWhatAModelWritesAnew_GivesTheOriginalsInItsWriting()
    {
        var privacy = new MemoryPrivacy();
        var masked = await privacy.MaskInFormAsync("415-867-5309|4929 1234 5678 9015|ada@corp.com");
        var (phone, card, mail) = (masked.Split('|')[0].Replace("-", ""), masked.Split('|')[1].Replace(" ", ""), masked.Split('|')[2]);

        var answer = $"Call +1 ({phone[..3]}) {phone[3..6]}.{phone[6..]}, charge {card}, see [{mail.ToUpperInvariant()}](mailto:{mail}), or {mail[..^12]}";

        Assert.Equal(
            "Call +1 (415) 867.5309, charge 4929123456789015, see [ada@corp.com](mailto:ada@corp.com), or ada@corp.com", await RestoreAsync(privacy, answer, 5));
    }

    [Theory]
    [InlineData("+18125550139")]
    [InlineData("(812) 555-0139")]
    [InlineData("+39 02 1234 5678")]
    [InlineData("+44 (0)20 7123 4567")]
    [InlineData("06 52 08 89 41")]
    [InlineData("4929 1234 5678 9015")]
    public async Task Mask_OfStandInsHoweverTheyAreIntroduced_LeavesThem(string number)
    {
        foreach (var before in (string[])["", "+", "(", "++", "(+", "=", ":", "tel ", "tel:", "+1 ", "00", "-", "\"", "%22", "%2B", "\\n", "call ("])
        {
            var privacy = new MemoryPrivacy();
            var masked = await privacy.MaskInFormAsync(before + number);

            Assert.Equal(masked, await privacy.MaskInFormAsync(masked));
            Assert.Equal(before + number, await RestoreAsync(privacy, masked, 3));

        }

        foreach (var before in (string[])["", "+", "(", "(+"])
        {
            var privacy = new MemoryPrivacy();
            var standIn = (await privacy.MaskInFormAsync("call " + number))[5..];

            Assert.Equal(before + standIn, await privacy.MaskInFormAsync(before + standIn));
        }
    }

    [Fact]
    public async Task Restore_OfDigitsThatGoOn_LeavesThem()
    {
        var privacy = new MemoryPrivacy();
        var card = await privacy.MaskInFormAsync("4929123456789015");

        foreach (var text in (string[])[$"1{card}", $"{card}1", new string('7', 700) + card, $"{new string('7', 40)}{card}{new string('a', 600)}", $"0{card}"])
        {
            for (var size = 1; size < 40; size++)
            {
                Assert.Equal(text, await RestoreAsync(privacy, text, size));
            }
        }
    }

    [Fact]
    public async Task Restore_InALongListOfNumbers_WaitsForABoundedPieceOnly()
    {
        var privacy = new MemoryPrivacy();
        var card = await privacy.MaskInFormAsync("4929 1234 5678 9015");
        var numbers = string.Concat(Enumerable.Range(1000, 500).Select(number => $"{number} "));
        using var standIns = privacy.StandIns();
        var restorer = new StreamRestorer(privacy.Values(standIns), insideJson: false);
        var output = new ArrayBufferWriter<byte>();

        await restorer.WriteAsync(Encoding.UTF8.GetBytes(numbers), output, Stop);
        Assert.InRange(numbers.Length - output.WrittenCount, 0, 100);

        await restorer.WriteAsync(Encoding.UTF8.GetBytes(card), output, Stop);
        await restorer.FinishAsync(output, Stop);
        Assert.Equal(numbers + "4929 1234 5678 9015", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static async Task<string> RestoreAsync(MemoryPrivacy privacy, string text, int size, bool onlyStandIns = false)
    {
        using var standIns = privacy.StandIns();
        var restorer = new StreamRestorer(privacy.Values(standIns), insideJson: onlyStandIns, onlyStandIns);
        var output = new ArrayBufferWriter<byte>(text.Length);
        var utf8 = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < utf8.Length; at += size)
        {
            await restorer.WriteAsync(utf8.AsMemory(at, Math.Min(size, utf8.Length - at)), output, Stop);
        }

        await restorer.FinishAsync(output, Stop);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Escaped(string text) => string.Concat(text.Select((character, i) => i % 3 == 0 ? $"\\u{(int)character:x4}" : character.ToString()));
}
