using System.Text;
using PrivacyService.Detection;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Detection;

public sealed class FieldDetectionTests
{
    [Theory]
    [InlineData("""{"dateOfBirth":"1985-04-12","birthday":"12 April","geburtsdatum":19850412,"DOB":null}""", "date_of_birth /dateOfBirth", "date_of_birth /geburtsdatum")]
    [InlineData("""{"first_name":"Ada","lastName":"Lovelace","Vorname":"Ada","ß":"x"}""", "person_name /first_name", "person_name /lastName", "person_name /Vorname")]
    [InlineData("""{"name":"queue-1","city":"Berlin","size":3}""")]
    [InlineData("""{"name":"Ada","city":"Berlin","email":"x"}""", "person_name /name", "address /city")]
    [InlineData("""{"email":null,"name":"Ada"}""", "person_name /name")]
    [InlineData("""{"customer":{"name":"Ada","zip":10115},"shop":{"name":"Corner"}}""", "person_name /customer/name", "address /customer/zip")]
    [InlineData("""{"customers":[{"name":"Ada"},{"name":"Bob"}]}""", "person_name /customers/0/name", "person_name /customers/1/name")]
    [InlineData("""{"customerName":"Ada","billing_city":"Berlin","fileName":"x.txt"}""", "person_name /customerName", "address /billing_city")]
    [InlineData("""{"firstName":"Ada","address":{"street":"Main 1","city":"Rome"}}""", "person_name /firstName", "address /address/street", "address /address/city")]
    [InlineData("""{"email":1,"name":{"first":"Ada","last":"L"}}""", "person_name /name/first", "person_name /name/last")]
    [InlineData("""{"firstNames":"x","vorname":["Ada","Bob"]}""", "person_name /vorname/0", "person_name /vorname/1")]
    [InlineData("""{"ssn":"123456789","SocialSecurityNumber":123456789}""", "ssn /ssn", "ssn /SocialSecurityNumber")]
    [InlineData("""{"password":"x1","apiKey":"k1","secret":true,"token":12,"client_secret":"","pwd":"****"}""", "secret /password", "secret /apiKey")]
    [InlineData("""{"phone":"4155552671","tel":"n/a","fax":4155552671}""", "phone /phone", "phone /fax")]
    [InlineData("""[{"nested":{"email":"e"},"name":"thing"}]""")]
    public void Scan_NamesOfFields_TellOfValues(string json, params string[] expected)
    {
        var found = new DocumentScanner(DetectionTesting.Engine, DetectionRules.Default).Scan(Encoding.UTF8.GetBytes(json)).Findings;

        Assert.Equal(expected, found.Select(finding => $"{finding.Type} {finding.Path}"));
    }

    [Fact]
    public void Scan_FieldOfAnUnwantedKindOrAllowedValue_IsLookedAtAsText()
    {
        var rules = DetectionRulesBuilder.Build(new DetectRequest { ExceptTypes = ["person_name"], Allow = ["Berlin"] });

        var found = new DocumentScanner(DetectionTesting.Engine, rules)
            .Scan("""{"firstName":"ada@example.com","homeAddress":"Berlin"}"""u8).Findings;

        Assert.Equal(["email"], found.Select(finding => finding.Type));
    }

    [Fact]
    public void Rewrite_NamesOfFields_ReplacesWholeValuesAndGivesThemBack()
    {
        var privacy = new MemoryPrivacy();
        const string json = """{"firstName":"A\u0064a","dob":19850412,"customer":{"zip":10115.0,"city":"Rome"},"title":"thing"}""";

        var pseudonymized = privacy.Pseudonymize(json, []);

        Assert.Matches("""^\{"firstName":"psn_.{28,}","dob":"psn_\w{28}","customer":\{"zip":"psn_\w{28}","city":"psn_\w{28}"\},"title":"thing"\}$""", pseudonymized);
        Assert.Equal(json, privacy.Restore(pseudonymized));
    }

    [Fact]
    public void Rewrite_Secrets_AreReplacedForGood()
    {
        var privacy = new MemoryPrivacy();

        var pseudonymized = privacy.Pseudonymize("""{"password":"hunter\u0032","log":"GET redis://:pw1@cache x@example.com"}""", []);

        Assert.Matches("""^\{"password":"\[redacted:secret\]","log":"GET redis://\[redacted:url_credentials\]@cache psn_\w{28}"\}$""", pseudonymized);
        Assert.Equal("""{"password":"[redacted:secret]","log":"GET redis://[redacted:url_credentials]@cache x@example.com"}""", privacy.Restore(pseudonymized));
        Assert.Equal(1, privacy.Entries);
        Assert.Equal(pseudonymized, privacy.Pseudonymize(pseudonymized, []));
    }

    [Fact]
    public void Rewrite_FieldNamedByTheCaller_IsRestorableWhateverItsName()
    {
        var privacy = new MemoryPrivacy();
        const string json = """{"password":"hunter2","dob":"1985-04-12"}""";

        Assert.Equal(json, privacy.Restore(privacy.Pseudonymize(json, ["password"])));
    }
}
