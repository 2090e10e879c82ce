using System.Text.Json;
using Platform.Contracts;
using Platform.TestKit;
using PrivacyService.Tests.Aws;

namespace PrivacyService.Tests.Masking;

/// <summary>Masks that have the form of what they stand for.</summary>
public sealed class StandInTests(RedisFixture redis) : IDisposable
{
    private const string Text = "arn:aws:iam::123456789012:role/ops-admin may not reach vpc-0a1b2c3d4e5f60718 of account 123456789012; ask ada@example.com";

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Unmask_TextWithStandIns_GivesTheOriginal()
    {
        using var client = _privacy.Person(_ada);
        var (masked, scope) = await MaskAsync(client, Text, "conversation:1");

        Assert.Matches(@"^arn:aws:iam::[0-9]{12}:role/[a-z0-9-]+ may not reach vpc-[0-9a-f]{17} of account [0-9]{12}; ask psn_[0-9a-z]{28}@example\.com$", masked);
        Assert.All(["123456789012", "ops-admin", "0a1b2c3d4e5f60718"], planted => Assert.DoesNotContain(planted, masked, StringComparison.Ordinal));

        // One account, one stand-in.
        var account = masked["arn:aws:iam::".Length..][..12];
        Assert.Equal(2, masked.Split(account).Length - 1);
        Assert.Equal(Text, await UnmaskAsync(client, masked, scope));

        // A model says it in its own words, without what stood around it.
        Assert.Equal("**123456789012** it is, VPC `vpc-0a1b2c3d4e5f60718`.", await UnmaskAsync(client, $"**{account}** it is, VPC `{masked.Split("reach ")[1].Split(' ')[0].ToUpperInvariant()}`.", scope));
    }

    [Fact]
    public async Task Mask_TextWithStandIns_LeavesThem()
    {
        using var client = _privacy.Person(_ada);
        var (masked, scope) = await MaskAsync(client, Text, "conversation:2");

        Assert.Equal((masked, scope), await MaskAsync(client, masked, scope));
        var (more, _) = await MaskAsync(client, masked + " and i-0a1b2c3d4e5f60718", scope);
        Assert.StartsWith(masked, more, StringComparison.Ordinal);
        Assert.Equal(Text + " and i-0a1b2c3d4e5f60718", await UnmaskAsync(client, more, scope));
    }

    [Fact]
    public async Task Unmask_StandInsOfAnotherScopeOrPerson_AreIdentifiersLikeAnyOther()
    {
        using var client = _privacy.Person(_ada);
        using var other = _privacy.Person(PlatformId.New("usr"));
        var (masked, _) = await MaskAsync(client, "vpc-0a1b2c3d4e5f60718", "conversation:3");

        Assert.Equal(masked, await UnmaskAsync(client, masked, "conversation:4"));
        Assert.Equal(masked, await UnmaskAsync(other, masked, "conversation:3"));
        Assert.Equal("scope_required", await client.PostJsonAsync("/v1/unmask", """{"text":"vpc-0a1b2c3d4e5f60718","style":"format"}""").ReadProblemAsync(400));
    }

    [Fact]
    public async Task Unmask_DocumentWithStandIns_GivesTheSameBytes()
    {
        using var client = _privacy.Person(_ada);
        foreach (var document in (string[])[TerraformState.Write(seed: 51, stacks: 3), CloudTrailLog.Write(seed: 52, events: 20), """{"accountId": 123456789012, "\u0061rn":"arn:aws:s3:::\u006c\u006fgs-0042/*"}"""])
        {
            var masked = await client.PostJsonAsync("/v1/mask", $$"""{"document":{{document}},"style":"format","scope":"conversation:5"}""").ReadAsync();
            Assert.True(masked.GetProperty("masked").GetInt32() > 1);

            var restored = await client.PostJsonAsync("/v1/unmask", $$"""{"document":{{masked.Document()}},"style":"format","scope":"conversation:5"}""").ReadAsync();

            Assert.Equal(document, restored.Document());
        }
    }

    [Fact]
    public async Task Unmask_GeneratedTexts_GivesTheOriginals()
    {
        using var client = _privacy.Person(_ada);
        var texts = new AwsTexts(seed: 53);
        for (var i = 0; i < 100; i++)
        {
            var text = texts.Next();
            var (masked, scope) = await MaskAsync(client, text, "conversation:6");

            Assert.Equal(text, await UnmaskAsync(client, masked, scope));
        }
    }

    public void Dispose() => _privacy.Dispose();

    private static async Task<(string Text, string Scope)> MaskAsync(HttpClient client, string text, string scope)
    {
        var answer = await client.PostJsonAsync("/v1/mask", JsonSerializer.Serialize(new { text, scope, style = "format" })).ReadAsync();
        return (answer.GetProperty("text").GetString()!, answer.GetProperty("scope").GetString()!);
    }

    private static async Task<string> UnmaskAsync(HttpClient client, string text, string scope) =>
        (await client.PostJsonAsync("/v1/unmask", JsonSerializer.Serialize(new { text, scope, style = "format" })).ReadAsync()).GetProperty("text").GetString()!;
}
