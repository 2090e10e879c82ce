using PrivacyService.Masking;
using PrivacyService.Tokens;

namespace PrivacyService.Tests.Masking;

public sealed class MaskTokenTests
{
    private static readonly PseudonymToken Token = new(new ScopeTag(0x1234567890), 42);

    private static readonly string Body = Token.ToString()[^PseudonymToken.BodyLength..];

    public static TheoryData<string, string> Written => new()
    {
        { "AWS_EC2_", Body },
        { "aws_account_", Body.ToUpperInvariant() },
        { "Pii_Email_", Body },
        { "psn_", Body },
        { @"AWS\_VPC\_", Body },
        { @"psn\_", Body },
        { "AWS_123456789012_", Body },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void IndexOf_MaskAsAModelMayWriteIt_IsRead(string prefix, string body)
    {
        var text = $"see **{prefix}{body}**, that is all";

        var at = MaskToken.IndexOf(text, 0, out var token, out var length);

        Assert.Equal((6, prefix.Length + body.Length, Token), (at, length, token));
        Assert.Equal(-1, MaskToken.IndexOf(text, at + length, out _, out _));
    }

    [Theory]
    [InlineData("AWS_1234567890123_")]
    [InlineData("AWS__")]
    [InlineData("AWS_")]
    [InlineData("GCP_VM_")]
    [InlineData("AWS-EC2-")]
    [InlineData("AWS_EC 2_")]
    public void IndexOf_AnotherPrefix_IsNoMask(string prefix) => Assert.Equal(-1, MaskToken.IndexOf(prefix + Body, 0, out _, out _));

    [Fact]
    public void IndexOf_OneCharacterChanged_IsNoMask()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = Body[..i] + (Body[i] == '0' ? '1' : '0') + Body[(i + 1)..];

            Assert.Equal(-1, MaskToken.IndexOf("AWS_EC2_" + changed, 0, out _, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void UnfinishedFrom_EveryBeginningOfAMask_WaitsFromItsFirstCharacter(string prefix, string body)
    {
        var mask = prefix + body;
        for (var length = 1; length < mask.Length; length++)
        {
            Assert.Equal(3, MaskToken.UnfinishedFrom("to " + mask[..length]));
        }

        Assert.True(mask.Length <= MaskToken.LongestLength);
        Assert.Equal(4 + mask.Length, MaskToken.UnfinishedFrom($"to {mask} "));

        // A pseudonym may be the mailbox of an address.
        var mayHaveDomain = prefix.StartsWith("psn", StringComparison.OrdinalIgnoreCase);
        foreach (var domain in (string[])["", "@", "@Example.co"])
        {
            Assert.Equal(mayHaveDomain ? 3 : 3 + mask.Length + domain.Length, MaskToken.UnfinishedFrom("to " + mask + domain));
        }

        Assert.Equal(3 + mask.Length + 12, MaskToken.UnfinishedFrom($"to {mask}@example.com"));
    }

    [Theory]
    [InlineData("paws")]
    [InlineData("the laws of AWS_EC2_!")]
    [InlineData("aws_ec2_uuuu")]
    public void UnfinishedFrom_NoBeginning_WaitsForNothingMore(string text) => Assert.InRange(MaskToken.UnfinishedFrom(text), text.Length - 3, text.Length);

    [Fact]
    public void UnfinishedFrom_NothingLikeAMask_IsTheEnd() => Assert.Equal(12, MaskToken.UnfinishedFrom("nothing here"));
}
