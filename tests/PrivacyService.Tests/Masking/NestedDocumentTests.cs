using System.Text;
using System.Text.Json;
using PrivacyService.Detection;
using PrivacyService.Masking;
using PrivacyService.Tests.Detection;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Masking;

/// <summary>JSON in strings of JSON, as models are given and give it; and cards that are numbers.</summary>
public sealed class NestedDocumentTests
{
    private const string Person = """{"firstName":"Grace","lastName":"Hopper é🙂","dateOfBirth":"1906-12-09","password":"hunter2-hunter2","address":{"street":"1 Main St \"B\""},"mail":"grace@corp.com","ssn":123456789,"model":"m-1"}""";

    private static readonly string[] Planted = ["Grace", "Hopper", "1906-12-09", "hunter2", "Main St", "grace@corp.com", "123456789"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mask_OfArgumentsOfATool_MasksWhatItsFieldsTell(int levels)
    {
        var privacy = new MemoryPrivacy();
        var arguments = Nest(Person, levels);
        var document = $$$"""{"tool_calls":[{"function":{"name":"send","arguments":{{{arguments}}} } }]}""";

        var masked = Mask(privacy, document);

        Assert.All(Planted, planted => Assert.DoesNotContain(planted, masked, StringComparison.Ordinal));
        Assert.Contains("m-1", masked, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"send\"", masked, StringComparison.Ordinal);
        Assert.Equal(document.Replace("hunter2-hunter2", "[redacted:secret]", StringComparison.Ordinal), privacy.Restore(masked));
        Assert.Equal(masked, Mask(privacy, masked));
    }

    [Fact]
    public void Mask_OfArgumentsThatWereCutOff_MasksWhatIsThere()
    {
        var privacy = new MemoryPrivacy();
        var document = JsonSerializer.Serialize(Person[..Person.IndexOf("mail", StringComparison.Ordinal)]);

        var masked = Mask(privacy, document);

        Assert.All(Planted[..5], planted => Assert.DoesNotContain(planted, masked, StringComparison.Ordinal));
        Assert.Equal(document.Replace("hunter2-hunter2", "[redacted:secret]", StringComparison.Ordinal), privacy.Restore(masked));
    }

    [Theory]
    [InlineData("[Grace](mailto:x)")]
    [InlineData("{")]
    [InlineData("\"")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("{\"firstName\":\"\\ud83d\"}")]
    public void Mask_OfWhatIsNoDocument_LeavesIt(string text)
    {
        var document = JsonSerializer.Serialize(text);

        Assert.Equal(document, Mask(new MemoryPrivacy(), document));
    }

    [Fact]
    public void Pseudonymize_AndDetect_ReadNestedDocumentsToo()
    {
        var privacy = new MemoryPrivacy();
        var document = $$"""{"arguments":{{Nest(Person, 1)}}}""";

        var pseudonymized = privacy.Pseudonymize(document, []);

        Assert.All(Planted, planted => Assert.DoesNotContain(planted, pseudonymized, StringComparison.Ordinal));
        Assert.Equal(document.Replace("hunter2-hunter2", "[redacted:secret]", StringComparison.Ordinal), privacy.Restore(pseudonymized));
        var found = new DocumentScanner(DetectionTesting.Engine, DetectionRules.Default).Scan(Encoding.UTF8.GetBytes(document)).Findings;
        Assert.All([DataKind.PersonName, DataKind.DateOfBirth, DataKind.Secret, DataKind.Address, DataKind.Email], type => Assert.Contains(found, finding => finding.Type == type));
    }

    [Fact]
    public async Task Mask_OfACardThatIsANumber_IsAStringAndANumberAgain()
    {
        var privacy = new MemoryPrivacy();
        const string document = """{"card":4111111111111111,"order":4111111111111112,"time":1732190400123,"list":[5555555555554444]}""";

        var masked = Mask(privacy, document);

        Assert.Matches("""^\{"card":"PII_CARD_\w{28}","order":4111111111111112,"time":1732190400123,"list":\["PII_CARD_\w{28}"\]\}$""", masked);
        Assert.Equal(document, privacy.Restore(masked));
        Assert.Matches("""^\{"card":"psn_\w{28}","order":4111111111111112,"time":1732190400123,"list":\["psn_\w{28}"\]\}$""", privacy.Pseudonymize(document, []));
        Assert.Matches("""^\{"card":4\d{15},"order":4111111111111112,"time":1732190400123,"list":\[\d{16}\]\}$""", await privacy.MaskInFormAsync(document, isJson: true));
        var found = new DocumentScanner(DetectionTesting.Engine, DetectionRules.Default).Scan(Encoding.UTF8.GetBytes(document)).Findings;
        Assert.Equal(["/card", "/list/0"], found.Select(finding => finding.Path));
    }

    private static string Nest(string json, int levels) => levels == 0 ? json : Nest(JsonSerializer.Serialize(json), levels - 1);

    private static string Mask(MemoryPrivacy privacy, string json) =>
        Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) => new JsonMasker(finder, writer).Mask(Encoding.UTF8.GetBytes(json), output)));
}
