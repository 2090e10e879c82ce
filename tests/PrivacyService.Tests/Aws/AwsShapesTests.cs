using PrivacyService.Aws;
using PrivacyService.Detection;
using PrivacyService.Tokens;

namespace PrivacyService.Tests.Aws;

public sealed class AwsShapesTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("aws_account", "123456789012", "^[0-9]{12}$")]
    [InlineData("aws_account", "1234-5678-9012", "^[0-9]{4}-[0-9]{4}-[0-9]{4}$")]
    [InlineData("aws_ec2", "i-0123456789abcdef0", "^i-0[0-9a-f]{16}$")]
    [InlineData("aws_ec2", "i-1123456789abcdef0", "^i-[1-9a-f][0-9a-f]{16}$")]
    [InlineData("aws_ec2", "I-0123456789ABCDEF0", "^I-0[0-9A-F]{16}$")]
    [InlineData("aws_vpc", "vpc-1a2b3c4d", "^vpc-[0-9a-f]{8}$")]
    [InlineData("aws_sg", "sg-12345678", "^sg-[0-9]{8}$")]
    [InlineData("aws_eniattach", "eni-attach-0123456789abcdef0", "^eni-attach-0[0-9a-f]{16}$")]
    [InlineData("aws_kms", "mrk-1234abcd12ab34cd56ef1234567890ab", "^mrk-[0-9a-f]{32}$")]
    [InlineData("aws_uuid", "1234abcd-12ab-44cd-96ef-1234567890ab", "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$")]
    [InlineData("aws_principal", "AIDAJQABLZS4A3QDU576Q", "^AIDA[A-Z2-7]{17}$")]
    [InlineData("aws_principal", "AROA3XFRBF535PLBIFP18", "^AROA[A-Z0-9]{17}$")]
    [InlineData("aws_canonical", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be", "^[0-9a-f]{64}$")]
    [InlineData("aws_id", "abcdef123z", "^[0-9a-z]{10}$")]
    [InlineData("aws_id", "50dc6c495c0c9188", "^[0-9a-f]{16}$")]
    [InlineData("aws_id", "0123456789ABCDEF0123456789ABCDEF", "^[0-9A-F]{32}$")]
    [InlineData("aws_id", "abcdefghijklmnopqrstuvwxyz012345", "^[0-9a-z]{32}$")]
    [InlineData("aws_id", "AbCdEf123", "^[0-9A-Za-z]{9}$")]
    [InlineData("aws_address", "10-0-1-2", "^10(-(0|[1-9][0-9]{0,2})){3}$")]
    [InlineData("aws_bucket", "my.dotted.bucket", "^bucket-[0-9a-z]{28}$")]
    [InlineData("aws_role", "Admin_Role", "^role-[0-9a-z]{28}$")]
    [InlineData("aws_name", "x", "^name-[0-9a-z]{28}$")]
    [InlineData("aws_secret", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "^secret-[0-9a-z]{28}$")]
    [InlineData("aws_accesskey", "AKIAIOSFODNN7EXAMPLE", "^accesskey-[0-9a-z]{28}$")]
    public void Write_Value_KeepsItsForm(string type, string value, string form)
    {
        using var shapes = new AwsShapes(Key, new ScopeTag(7));

        var standIn = shapes.Write(AwsTypes.Of(type), value);

        Assert.Matches(form, standIn);
        Assert.NotEqual(value, standIn);
        Assert.Equal(standIn, shapes.Write(AwsTypes.Of(type), value));
        Assert.InRange(standIn.Length, 1, AwsShapes.Longest);
    }

    [Theory]
    [InlineData("i-0123456789abcdef0")]
    [InlineData("vpc-1a2b3c4d")]
    [InlineData("AIDAJQABLZS4A3QDU576Q")]
    public void Write_Id_GivesOneThatIsFoundAgain(string id)
    {
        using var shapes = new AwsShapes(Key, new ScopeTag(7));
        var type = AwsTypes.Of(Assert.Single(AwsTesting.Find(id)).Type);

        var found = Assert.Single(AwsTesting.Find(shapes.Write(type, id)));

        Assert.Equal(type.Name, found.Type);
        Assert.Equal(id.Length, found.Length);
    }

    [Fact]
    public void Write_Name_GivesOneThatIsLeftAlone()
    {
        using var shapes = new AwsShapes(Key, new ScopeTag(7));

        Assert.Empty(AwsTesting.Find($"s3://{shapes.Write(AwsTypes.Bucket, "acme-logs-1")}/x"));
        Assert.Empty(AwsTesting.Find($"arn:aws:iam::*:role/{shapes.Write(AwsTypes.Role, "acme-logs-1")}"));
    }

    [Fact]
    public void Write_OfAnotherKey_GivesOthers()
    {
        using var one = new AwsShapes(Key, new ScopeTag(7));
        using var other = new AwsShapes([.. Key.Reverse()], new ScopeTag(7));

        Assert.All(
            ["123456789012", "i-0123456789abcdef0", "AIDAJQABLZS4A3QDU576Q"],
            value => Assert.NotEqual(one.Write(AwsTypes.Id, value), other.Write(AwsTypes.Id, value)));
    }

    [Fact]
    public void Write_ManyAccounts_GivesNoStandInTwice()
    {
        using var shapes = new AwsShapes(Key, new ScopeTag(7));

        var standIns = Enumerable.Range(0, 20_000).Select(number => shapes.Write(AwsTypes.Account, $"{100_000_000_000 + number}")).ToHashSet();

        Assert.Equal(20_000, standIns.Count);
    }

    [Fact]
    public void Write_DigitsAmongHexDigits_StaysInItsAlphabet()
    {
        using var shapes = new AwsShapes(Key, new ScopeTag(7));
        var texts = new AwsTexts(3);

        // An id of hex digits never gets a stand-in of decimal digits, which would be another's.
        Assert.All(
            Enumerable.Range(0, 2_000).Select(_ => "a" + texts.Draw("0123456789abcdef", 7)),
            digits => Assert.Contains(shapes.Write(AwsTypes.Id, digits), char.IsAsciiLetter));
    }

    [Fact]
    public void Fold_StandInInAnotherLetterCase_GivesItBack()
    {
        using var shapes = new AwsShapes(Key, new ScopeTag(7));
        string[] standIns =
        [
            shapes.Write(AwsTypes.Id, "i-0123456789abcdef0"), shapes.Write(AwsTypes.Principal, "AIDAJQABLZS4A3QDU576Q"), shapes.Write(AwsTypes.Bucket, "acme"),
        ];

        Assert.All(standIns, standIn => Assert.Equal(standIn, AwsShapes.Fold(standIn.ToUpperInvariant())));
        Assert.All(standIns, standIn => Assert.Equal(standIn, AwsShapes.Fold(standIn.ToLowerInvariant())));
    }

    [Theory]
    [InlineData("aws_account", "123456789012")]
    [InlineData("aws_account", "1234-5678-9012")]
    [InlineData("aws_ec2", "i-0123456789abcdef0")]
    [InlineData("aws_principal", "AIDAJQABLZS4A3QDU576Q")]
    [InlineData("aws_uuid", "1234abcd-12ab-44cd-96ef-1234567890ab")]
    [InlineData("aws_id", "50dc6c495c0c9188")]
    [InlineData("aws_id", "abcdefg123")]
    [InlineData("aws_address", "10-0-1-2")]
    [InlineData("aws_bucket", "acme-logs")]
    [InlineData("aws_role", "Admin")]
    public void Find_StandInInAnAnswer_GivesItWithoutContext(string type, string value)
    {
        using var shapes = new AwsShapes(Key, new ScopeTag(7));
        var standIn = shapes.Write(AwsTypes.Of(type), value);
        string[] answers =
        [
            $"I stopped **{standIn}**, as you asked.", $"`{standIn}`", $"({standIn.ToUpperInvariant()})", $"{standIn.ToLowerInvariant()}.", $"a\\n{standIn}\\n", $"x%2F{standIn}%22",
        ];

        Assert.All(answers, answer =>
        {
            var candidates = new List<Finding>();
            AwsStandIns.Find(answer, candidates);
            var found = Assert.Single(candidates, candidate => candidate.Type == type);
            Assert.Equal(standIn, AwsShapes.Fold(answer.AsSpan(found.Start, found.Length)));
        });
    }

    [Fact]
    public void Labels_OfAllTypes_AreShortAndOfLettersAndDigits() => Assert.All(
        AwsTypes.All,
        type => Assert.Matches("^[a-z0-9]{1,12}$", type.Label));
}
