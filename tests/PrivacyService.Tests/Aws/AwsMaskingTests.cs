using PrivacyService.Aws;
using PrivacyService.Detection;
using PrivacyService.Tests.Detection;

namespace PrivacyService.Tests.Aws;

public sealed class AwsMaskingTests
{
    private const int Texts = 2_000;
    private const string Ordinary = "2024-11-21T04:42:21.123Z INFO request 550e8400-e29b-41d4-a716-446655440000 took 12.5 ms: ok (200), order=123456789012 | path=/a/b.c\n";

    /// <summary>Near misses of every kind, over and over.</summary>
    public static TheoryData<string> HostilePieces =>
    [
        "arn:", "arn:aws:", "arn:aws:iam::123456789012:", "arn:aws:iam::1:a/", "arn%3A", "a.", "-", "--", "i-0", "i-12345678-", "a-i-", "vpc-cidr-",
        ".amazonaws.com", "a.amazonaws.com.", "s3.", "s3://", "s3:/", "%2F", "%25", "%252F", "\\", "\\\\\"", "\\u002", "\\n", "&quot;", "&quo",
        "AKIA", "AAAA", "A", "AIDAJQABLZS4A3QDU576", "Q", "X", "IQoJb3JpZ2lu", "IQoJb3JpZ2luAAAA-", "123456789012 ", "123456789012,", "1", "account ",
        "account  ", "account: \"123456789012\",", "\"", "=", "= ", "bucket=", "bucket=a", "\"bucket\": \"a", "secret=", "secret=aA1/", "key/1234abcd-12ab-",
        "1234-5678-9012-", "[\n", "account [\n", "|", "| ", ">", "<ID>", "$", "${", "arn:aws:iam::${", "~", "_", "aws_ec2_", "aws_ec2_0123456789abcdefghjkmnpqrs",
        "«", "账户 ", "1-1-1-1.ec2.internal", "ip-1-1-1-1.ec2.internal ", "--bucket ", "bucketName: x-1 ", "x-1",
    ];

    /// <summary>Far from overflow when multiplied.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restore_OfMaskedTexts_GivesTheVeryTextsBack(bool valid)
    {
        using var mask = new MemoryMask(valid);
        for (var seed = 0; seed < Texts; seed++)
        {
            var text = new AwsTexts(seed).Next();
            var masked = mask.Mask(text);

            Assert.NotEqual(text, masked);
            Assert.Equal(text, mask.Restore(masked));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mask_OfMaskedTexts_ChangesNothing(bool valid)
    {
        using var mask = new MemoryMask(valid);
        for (var seed = 0; seed < Texts / 4; seed++)
        {
            var masked = mask.Mask(new AwsTexts(seed).Next());

            Assert.Equal(masked, mask.Mask(masked));
        }
    }

    [Fact]
    public void Mask_OfAnotherScope_SharesNoStandIn()
    {
        using var one = new MemoryMask(valid: true, "one");
        using var other = new MemoryMask(valid: true, "other");
        var text = $"account {new AwsTexts(1).Account} {new AwsTexts(1).Instance} s3://{new AwsTexts(1).Name}";

        Assert.Empty(one.Mask(text).Split(' ').Intersect(other.Mask(text).Split(' ')).Except(["account"]));
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/acme-1", "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Facme-1")]
    [InlineData("{\"accountId\":\"123456789012\"}", "\"{\\\"accountId\\\":\\\"123456789012\\\"}\"")]
    [InlineData("{\"roleName\":\"acme-1\"}", "{&quot;roleName&quot;:&quot;acme-1&quot;}")]
    [InlineData("https://acme-1.s3.amazonaws.com/x", "https%253A%252F%252Facme-1.s3.amazonaws.com%252Fx")]
    public void Find_SameIdentifierInAnotherEncoding_GivesTheSameValues(string text, string encoded)
    {
        static List<string> Values(string text) => [.. AwsTesting.Find(text).Select(finding => AwsScanner.Canonical(text, finding))];

        Assert.NotEmpty(Values(text));
        Assert.Equal(Values(text), Values(encoded));
    }

    [Fact]
    public void Canonical_SecretInAnyEncoding_IsTheSame()
    {
        const string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        string[] texts = [$"secret = \"{secret}\"", $"secret={Uri.EscapeDataString(secret)}", $"\\\"secret\\\": \\\"{secret.Replace("/", "\\/", StringComparison.Ordinal)}\\\""];

        Assert.All(texts, text => Assert.Equal(secret, AwsScanner.Canonical(text, Assert.Single(AwsTesting.Find(text)))));
    }

    [Fact]
    public void Find_AnyMixtureOfPieces_GivesFindingsInOrderThatNoEncodingTouches()
    {
        var random = new Random(1);
        string[] pieces = [.. HostilePieces.Select(row => row.Data), .. AwsTesting.Families.SelectMany(AwsTesting.Corpus).SelectMany(line => line.Split('\t', '«', '»'))];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var end = 0;
            foreach (var finding in AwsTesting.Find(text))
            {
                var isRight = finding.Start >= end && finding.Length > 0 && finding.End <= text.Length
                    && (!AwsTypes.Of(finding.Type).IsReversible || !text.AsSpan(finding.Start, finding.Length).ContainsAnyExcept(Characters.Unreserved));
                Assert.True(isRight, $"{finding} in {text}");
                end = finding.End;
            }
        }
    }

    [Fact]
    public void Find_SecretThatComesAgainWithoutItsName_GivesItToo()
    {
        const string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

        var found = AwsTesting.Find($"secret = \"{secret}\"\necho {secret} | x\n{secret}");

        Assert.Equal(["aws_secret", "aws_secret", "aws_secret"], found.Select(finding => finding.Type));
    }

    [Fact]
    public void Find_ValueByValue_KnowsWhatTheDocumentGaveAwayBefore()
    {
        var known = new KnownIdentifiers();
        var findings = new List<Finding>();

        AwsScanner.Find("123456789012", findings, "recipientAccountId", known);
        AwsScanner.Find("acme-logs-1", findings, "bucketName", known);
        AwsScanner.Find("acme-logs-1", findings, "id", known);
        AwsScanner.Find("x-123456789012-y", findings, "comment", known);
        AwsScanner.Find("210987654321", findings, "orderId", known);

        Assert.Equal(["aws_account", "aws_bucket", "aws_bucket", "aws_account"], findings.Select(finding => finding.Type));
    }

    [Fact]
    public void Find_ListWithFindingsOfOthers_LeavesThemAlone()
    {
        List<Finding> findings = [new Finding("email", 0, 40, 1, "x")];

        AwsScanner.Find("account 123456789012", findings);

        Assert.Equal(["email", "aws_account"], findings.Select(finding => finding.Type));
    }

    [Fact]
    public void Find_TextWithoutFinding_AllocatesNothing()
    {
        var findings = new List<Finding>();
        var least = Enumerable.Range(0, 10).Min(_ => DetectionTesting.AllocatedBy(() => AwsScanner.Find(Ordinary, findings)));

        Assert.Empty(findings);
        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(HostilePieces))]
    public void Find_HostileText_TakesAtMostTenTimesAsLong(string piece)
    {
        var ordinary = string.Concat(Enumerable.Range(0, 300).Select(seed => new AwsTexts(seed).Next()))[..50_000];
        var hostile = string.Concat(Enumerable.Repeat(piece, (100_000 / piece.Length) + 1));
        var findings = new List<Finding>();
        var (usual, half, whole) = (Longest, Longest, Longest);
        for (var round = 0; round < 20 && !IsHarmless(usual, half, whole); round++)
        {
            usual = ThreadTime.Least(usual, () => Find(ordinary, findings));
            half = ThreadTime.Least(half, () => Find(hostile.AsSpan(0, hostile.Length / 2), findings));
            whole = ThreadTime.Least(whole, () => Find(hostile, findings));
        }

        Assert.True(IsHarmless(usual, half, whole), $"Ordinary {usual.TotalMilliseconds} ms, hostile {half.TotalMilliseconds} and {whole.TotalMilliseconds} ms.");
    }

    private static void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        findings.Clear();
        AwsScanner.Find(text, findings);
    }

    /// <summary>The whole is twice as long as the half and as the ordinary text.</summary>
    private static bool IsHarmless(TimeSpan usual, TimeSpan half, TimeSpan whole) =>
        whole < usual * 20 && whole < (half * 2.5) + TimeSpan.FromMilliseconds(1);
}
