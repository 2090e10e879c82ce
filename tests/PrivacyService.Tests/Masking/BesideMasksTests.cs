using System.Text;
using System.Text.Json;
using PrivacyService.Masking;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Masking;

/// <summary>A mask is exactly itself: what touches one is looked at as if it stood alone.</summary>
public sealed class BesideMasksTests
{
    private static readonly string[] Values =
        ["grace@real.com", "4111111111111111", "+14155550123", "DE89370400440532013000", "203.0.113.7", "vpc-0a1b2c3d4e5f60718", "AKIAIOSFODNN7EXAMPLE"];

    private static readonly string[] Joints = ["", " ", ".", "-", "_", "+", "@", "/", ":", "=", "(", "'", "%", "\\", "a", "é"];

    public static TheoryData<string> Masked => ["ada@example.com", "i-0a1b2c3d4e5f60718", "+49 30 1234567", "psn"];

    [Theory]
    [MemberData(nameof(Masked))]
    public void Mask_OfWhatTouchesAMask_IsWhatItIsAlone(string masked)
    {
        var privacy = new MemoryPrivacy();
        var mask = MaskOf(privacy, masked);
        foreach (var (value, joint) in Values.SelectMany(value => Joints.Select(joint => (value, joint))))
        {
            foreach (var (alone, beside) in new[] { (joint + value, mask + joint + value), (value + joint, value + joint + mask) })
            {
                var text = MaskText(privacy, beside);

                Assert.Contains(mask, text, StringComparison.Ordinal);
                Assert.True(!text.Contains(value, StringComparison.Ordinal) || MaskText(privacy, alone).Contains(value, StringComparison.Ordinal), $"{beside} became {text}");
                Assert.Equal(text, MaskText(privacy, text));
                Assert.Equal(Restore(privacy, beside).Replace("AKIAIOSFODNN7EXAMPLE", "[redacted:aws_accesskey]", StringComparison.Ordinal), Restore(privacy, text).Replace("AKIAIOSFODNN7EXAMPLE", "[redacted:aws_accesskey]", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Mask_OfFieldsWithMasksInThem_MasksWhatStandsBesideThem()
    {
        var privacy = new MemoryPrivacy();
        var mask = MaskOf(privacy, "ada@example.com");
        var document = $$$"""{"firstName":"Grace {{{mask}}}","lastName":"{{{mask}}}","dateOfBirth":"{{{mask}}}, 1906-12-09","note":"Grace {{{mask}}}","password":"hunter2-{{{mask}}}"}""";

        var masked = MaskJson(privacy, document);

        Assert.Matches($$$"""^\{"firstName":"PII_PERSONNAME_\w{28} {{{mask}}}","lastName":"{{{mask}}}","dateOfBirth":"{{{mask}}}, PII_DATEOFBIRTH_\w{28}","note":"Grace {{{mask}}}","password":"\[redacted:secret\]-{{{mask}}}"\}$""", masked);
        Assert.Equal(masked, MaskJson(privacy, masked));
    }

    [Fact]
    public void Mask_OfFieldsWithIdentifiersInThem_LeavesNothingOfTheField()
    {
        var privacy = new MemoryPrivacy();

        var masked = MaskJson(privacy, """{"firstName":"Grace i-0a1b2c3d4e5f60718","lastName":"i-0a1b2c3d4e5f60718"}""");

        Assert.Matches("""^\{"firstName":"PII_PERSONNAME_\w{28}","lastName":"AWS_EC2_\w{28}"\}$""", masked);
        Assert.Equal(masked, MaskJson(privacy, masked));
    }

    [Fact]
    public void Pseudonymize_OfWhatTouchesAPseudonym_FindsIt()
    {
        var privacy = new MemoryPrivacy();
        var pseudonym = MaskOf(privacy, "psn");

        var document = privacy.Pseudonymize($$"""{"note":"{{pseudonym}}.grace@real.com {{pseudonym}}4111111111111111","firstName":"Grace {{pseudonym}}","lastName":"{{pseudonym}}"}""", []);

        Assert.Matches($$"""^\{"note":"{{pseudonym}}.psn_\w{28} {{pseudonym}}psn_\w{28}","firstName":"psn_\w{28} {{pseudonym}}","lastName":"{{pseudonym}}"\}$""", document);
    }

    private static string MaskOf(MemoryPrivacy privacy, string value)
    {
        var mask = MaskText(privacy, value == "psn" ? "ada@example.com" : value);
        return value == "psn" ? "psn_" + mask[^28..] : mask;
    }

    private static string MaskText(MemoryPrivacy privacy, string text) =>
        Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(text, output)));

    private static string MaskJson(MemoryPrivacy privacy, string json) =>
        Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) => new JsonMasker(finder, writer).Mask(Encoding.UTF8.GetBytes(json), output)));

    private static string Restore(MemoryPrivacy privacy, string text) => JsonSerializer.Deserialize<string>(privacy.Restore(JsonSerializer.Serialize(text)))!;
}
