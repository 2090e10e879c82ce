using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

/// <summary>
/// In each case the part between « and » is what must be found; a case without them must find nothing. Keys are put together here,
/// so that no scanner of repositories takes them for real ones.
/// </summary>
public sealed class SecretRecogniserTests
{
    private const string Tail = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    private const string Base64 = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

    [Theory]
    [InlineData("ghp_", "")]
    [InlineData("ghs_", "")]
    [InlineData("github_pat_", "a1B2c3D4e5F6g7H8i9J0_k1L2m3N4")]
    [InlineData("glpat-", "")]
    [InlineData("npm_", "")]
    [InlineData("hf_", "")]
    [InlineData("sk_live_", "")]
    [InlineData("rk_test_", "")]
    [InlineData("whsec_", "")]
    [InlineData("shpat_", "")]
    [InlineData("sk-proj-", "")]
    [InlineData("sk-ant-api03-", "")]
    [InlineData("sk-", "a1B2c3D4e5F6")]
    [InlineData("xoxb-", "")]
    [InlineData("xapp-1-", "")]
    [InlineData("GOCSPX-", "")]
    public void ProviderKey(string prefix, string more)
    {
        MarkedText.Check(DataKind.Secret, $"export TOKEN_X \"«{prefix}{Tail}{more}»\";");
        MarkedText.Check(DataKind.Secret, $"x{prefix}{Tail}{more}");
        MarkedText.Check(DataKind.Secret, $"{prefix}{Tail[..8]} {prefix}of-words-and-other-words-and-more-words-only");
    }

    [Theory]
    [InlineData("AKIA", "IOSFODNN7EXAMPLE")]
    [InlineData("ASIA", "IOSFODNN7EXAMPLE")]
    [InlineData("AIza", "SyA1234567890abcdefghijklmnopqrstuv")]
    [InlineData("SG.", "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")]
    public void CloudKey(string prefix, string rest)
    {
        MarkedText.Check(DataKind.Secret, $"id: «{prefix}{rest}»,");
        MarkedText.Check(DataKind.Secret, $"id: {prefix}{rest}0000000000000000000000");
        MarkedText.Check(DataKind.Secret, $"id: {prefix}{rest[1..]} X{prefix}{rest}");
    }

    [Theory]
    [InlineData("«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P»")]
    [InlineData("Cookie: t=«eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0NTY3ODkwIn0.»;")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJ")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnop.abcdef")]
    [InlineData("keyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3")]
    public void Jwt(string marked) => MarkedText.Check(DataKind.Secret, marked);

    [Theory]
    [InlineData("Authorization: Bearer «abc123»")]
    [InlineData("authorization: bearer «mF_9.B5f-4.1JqM»\r\n")]
    [InlineData("-H 'Authorization: Basic «dXNlcjpwYXNzd29yZA==»'")]
    [InlineData("sends Bearer «mF9B5f41JqMmF9B5f41JqM»")]
    [InlineData("Bearer authentication is used")]
    [InlineData("the bearer of this letter-of-recommendation")]
    [InlineData("Basic dXNlcjpwYXNzd29yZA== of base64")]
    [InlineData("WWW-Authenticate: Bearer realm=\"x\"")]
    public void Authorization(string marked) => MarkedText.Check(DataKind.Secret, marked);

    [Theory]
    [InlineData("password=«hunter2x»&x=1")]
    [InlineData("PASSWORD = «hunter2x»")]
    [InlineData("db_password: «hunter2x».")]
    [InlineData("{\"apiKey\": \"«correct horse battery»\"}")]
    [InlineData("aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»")]
    [InlineData("Passwort: «geheim99»")]
    [InlineData("password=********")]
    [InlineData("password=$DB_PASSWORD")]
    [InlineData("password=[REDACTED]")]
    [InlineData("password: required")]
    [InlineData("password=abc")]
    [InlineData("token == \"abcdefgh\"")]
    [InlineData("compass=northwest")]
    public void Labelled(string marked) => MarkedText.Check(DataKind.Secret, marked);

    [Theory]
    [InlineData("dob=«1985-04-12»;")]
    [InlineData("Date of birth: 12.04.1985")]
    [InlineData("date_of_birth: «12.04.1985»")]
    [InlineData("Geburtsdatum: «12.4.1985».")]
    [InlineData("\"birthDate\":\"«1985-04-12»\"")]
    [InlineData("dob=«1985-04-12»T00:00:00Z")]
    [InlineData("dob=unknown")]
    [InlineData("date=1985-04-12")]
    public void BirthDate(string marked) => MarkedText.Check(DataKind.DateOfBirth, marked.Replace("birth: 12.04.1985", "birth: «12.04.1985»", StringComparison.Ordinal));

    [Theory]
    [InlineData("PRIVATE KEY", "\n", false)]
    [InlineData("RSA PRIVATE KEY", "\\n", false)]
    [InlineData("OPENSSH PRIVATE KEY", "\r\n", false)]
    [InlineData("PRIVATE KEY", "\n", true)]
    public void PrivateKey(string label, string newLine, bool cut)
    {
        var begin = $"key: «-----BEGIN {label}-----{newLine}{Base64}{newLine}{Base64}";

        MarkedText.Check(DataKind.Secret, begin + (cut ? "»\n" : $"{newLine}-----END {label}-----» done"));
    }

    [Fact]
    public void PrivateKey_OtherPem_IsNone()
    {
        MarkedText.Check(DataKind.Secret, $"-----BEGIN CERTIFICATE-----\n{Base64}\n-----END CERTIFICATE-----");
        MarkedText.Check(DataKind.Secret, $"-----BEGIN PUBLIC KEY-----\n{Base64}\n-----END PUBLIC KEY-----");
        MarkedText.Check(DataKind.Secret, "-----BEGIN PRIVATE KEY-----");
    }
}
