using System.Net.Http.Headers;
using System.Text;
using Platform.Contracts;
using Platform.TestKit;
using PrivacyService.Masking;

namespace PrivacyService.Tests.Masking;

public sealed class MaskApiTests(RedisFixture redis) : IDisposable
{
    private const string Note = "Write to ada@example.com or call +49 30 1234567.";

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unmask_MaskedText_GivesTheOriginal()
    {
        using var client = _privacy.Person(_ada);

        var masked = await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{Note}}"}""").ReadAsync();

        var text = masked.GetProperty("text").GetString()!;
        Assert.Matches("^Write to PII_EMAIL_[0-9a-z]{28} or call PII_PHONE_[0-9a-z]{28}\\.$", text);
        Assert.Equal((2, 0, 0), (masked.GetProperty("masked").GetInt32(), masked.GetProperty("redacted").GetInt32(), masked.GetProperty("reported").GetInt32()));
        Assert.Equal("""{"email":1,"phone":1}""", masked.GetProperty("found").GetRawText());

        // As a model gives it back: other letter case, Markdown around.
        var answer = await client.PostJsonAsync("/v1/unmask", $$"""{"text":"**{{text.ToLowerInvariant()}}**"}""").ReadAsync();
        Assert.Equal($"**{Note.Replace('W', 'w')}**", answer.GetProperty("text").GetString());
        Assert.Equal(2, answer.GetProperty("restored").GetInt32());
    }

    [Fact]
    public async Task Unmask_MaskedDocument_GivesTheSameBytes()
    {
        using var client = _privacy.Person(_ada);
        const string document = """{ "b": ["ada\u0040example.com", 1e400], "a": "{\"to\":\"ada@example.com\"}" }""";

        var masked = await client.PostJsonAsync("/v1/mask", $$"""{"document":{{document}}}""").ReadAsync();
        Assert.DoesNotContain("example.com", masked.Document(), StringComparison.Ordinal);

        var answer = await client.PostJsonAsync("/v1/unmask", $$"""{"document":{{masked.Document()}}}""").ReadAsync();
        Assert.Equal(document, answer.Document());
    }

    [Fact]
    public async Task Mask_DocumentWithNamesOfFields_MasksWhatTheyTell()
    {
        using var client = _privacy.Person(_ada);
        const string document = """{"firstName":"Grace","dateOfBirth":"1906-12-09","password":"hunter2-hunter2","model":"m-1","arn":"arn:aws:iam::123456789012:user/grace"}""";

        var masked = await client.PostJsonAsync("/v1/mask", $$"""{"document":{{document}}}""").ReadAsync();

        Assert.Matches("""^\{"firstName":"PII_PERSONNAME_\w{28}","dateOfBirth":"PII_DATEOFBIRTH_\w{28}","password":"\[redacted:secret\]","model":"m-1","arn":"arn:aws:iam::AWS_ACCOUNT_\w{28}:user/AWS_USER_\w{28}"\}$""", masked.Document());
        var answer = await client.PostJsonAsync("/v1/unmask", $$"""{"document":{{masked.Document()}}}""").ReadAsync();
        Assert.Equal(document.Replace("hunter2-hunter2", "[redacted:secret]", StringComparison.Ordinal), answer.Document());
    }

    [Theory]
    [InlineData("arn", "arn:aws:iam::123456789012:role/ops-admin")]
    [InlineData("note", "see vpc-0a1b2c3d4e5f60718 and i-0a1b2c3d4e5f60718")]
    [InlineData("accountId", "123456789012")]
    [InlineData("key", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("to", "ada@example.com")]
    public async Task Mask_WrittenInEscapes_IsFoundAllTheSame(string name, string value)
    {
        using var client = _privacy.Person(_ada);
        for (var every = 1; every <= 3; every++)
        {
            var written = string.Concat(value.Select((character, i) => i % every == 0 ? $"\\u{(int)character:x4}" : character.ToString()));

            var masked = await client.PostJsonAsync("/v1/mask", $$"""{"document":{"{{name}}":"{{written}}"} }""").ReadAsync();

            var shown = masked.GetProperty("document").GetProperty(name).GetString()!;
            Assert.All(value.Split(' ', ':', '/').Where(part => part.Any(char.IsDigit) || part.Contains('@')), part => Assert.DoesNotContain(part, shown, StringComparison.Ordinal));
            if (masked.GetProperty("redacted").GetInt32() == 0)
            {
                var restored = await client.PostJsonAsync("/v1/unmask", $$"""{"document":{{masked.Document()}}}""").ReadAsync();
                Assert.Equal($$"""{"{{name}}":"{{written}}"}""", restored.Document());
            }
        }
    }

    [Fact]
    public async Task Mask_ImageInBase64_LeavesIt()
    {
        using var client = _privacy.Person(_ada);
        var random = new Random(1);
        var image = new byte[300_000];
        for (var i = 0; i < 10; i++)
        {
            random.NextBytes(image);
            var document = $$"""{"source":{"type":"base64","media_type":"image/png","data":"{{Convert.ToBase64String(image)}}"} }""";

            var masked = await client.PostJsonAsync("/v1/mask", $$"""{"document":{{document}}}""").ReadAsync();

            Assert.True(document == masked.Document(), masked.GetProperty("found").GetRawText());
        }
    }

    [Fact]
    public async Task Unmask_SomebodyElsesMask_Is404AndStaysWhenLenient()
    {
        using var ada = _privacy.Person(_ada);
        using var bob = _privacy.Person(PlatformId.New("usr"));
        var masked = (await ada.PostJsonAsync("/v1/mask", $$"""{"text":"{{Note}}"}""").ReadAsync()).GetProperty("text").GetString();

        Assert.Equal("pseudonyms_not_found", await bob.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}"}""").ReadProblemAsync(404));
        var lenient = await bob.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}","mode":"lenient"}""").ReadAsync();
        Assert.Equal(masked, lenient.GetProperty("text").GetString());
        Assert.Equal((0, 2), (lenient.GetProperty("restored").GetInt32(), lenient.GetProperty("missing").GetArrayLength()));
    }

    [Fact]
    public async Task Unmask_OfAnotherScope_TurnsNothingBack()
    {
        using var client = _privacy.Person(_ada);
        var masked = (await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{Note}}","scope":"conversation:1"}""").ReadAsync()).GetProperty("text").GetString();

        Assert.Equal("pseudonyms_not_found", await client.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}","scope":"conversation:2"}""").ReadProblemAsync(404));
        Assert.Equal(Note, (await client.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}","scope":"conversation:1"}""").ReadAsync()).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("text", false)]
    [InlineData("document", true)]
    public async Task Mask_WithWishes_FindsWhatIsWanted(string member, bool isJson)
    {
        using var client = _privacy.Person(_ada);
        const string text = "T-1234 of Ada (help@example.com, ada@example.com) on vpc-0a1b2c3d4e5f60718, i-0a1b2c3d4e5f60718 at 203.0.113.7: Osprey lands, T-5678";
        const string wishes = """
            "dictionary":{"person_name":["ada"],"codename":["osprey"]},"patterns":[{"type":"ticket","pattern":"T-[0-9]+"}],
            "allow":["help@example.com","vpc-0a1b2c3d4e5f60718"],"deny":["lands"],"exceptTypes":["ip"],"modes":{"codename":"redact"}
            """;

        var masked = await client.PostJsonAsync("/v1/mask", $$"""{"{{member}}":"{{text}}",{{wishes}}}""").ReadAsync();

        var shown = masked.GetProperty(member).GetString()!;
        Assert.Matches(
            @"^PII_TICKET_\w{28} of PII_PERSONNAME_\w{28} \(help@example\.com, PII_EMAIL_\w{28}\) on vpc-0a1b2c3d4e5f60718, AWS_EC2_\w{28} at 203\.0\.113\.7: \[redacted:codename\] PII_DENIED_\w{28}, PII_TICKET_\w{28}$",
            shown);
        Assert.Equal("""{"aws_ec2":1,"codename":1,"denied":1,"email":1,"person_name":1,"ticket":2}""", masked.GetProperty("found").GetRawText());
        var restored = await client.PostJsonAsync("/v1/unmask", $$"""{"{{member}}":"{{shown}}"}""").ReadAsync();
        Assert.Equal(text.Replace("Osprey", "[redacted:codename]", StringComparison.Ordinal), restored.GetProperty(member).GetString());
        Assert.Equal(isJson, restored.TryGetProperty("document", out _));
    }

    [Theory]
    [InlineData("""{"text":"ada@example.com on i-0a1b2c3d4e5f60718","types":["aws_ec2"]}""", @"^ada@example\.com on AWS_EC2_\w{28}$")]
    [InlineData("""{"text":"ada@example.com on i-0a1b2c3d4e5f60718","exceptTypes":["aws_ec2"]}""", @"^PII_EMAIL_\w{28} on i-0a1b2c3d4e5f60718$")]
    [InlineData("""{"text":"ada@example.com on i-0a1b2c3d4e5f60718","types":["email"],"style":"format"}""", @"^psn_\w{28}@example\.com on i-0a1b2c3d4e5f60718$")]
    public async Task Mask_WithTypes_LeavesTheOthers(string request, string shown)
    {
        using var client = _privacy.Person(_ada);

        Assert.Matches(shown, (await client.PostJsonAsync("/v1/mask", request).ReadAsync()).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("""{"text":"x","types":["what"]}""", 400, "unknown_type")]
    [InlineData("""{"text":"x","dictionary":{"aws_ec2":["x"]} }""", 400, "invalid_type")]
    [InlineData("""{"text":"x","modes":{"codename":"redact"} }""", 400, "invalid_modes")]
    [InlineData("""{"text":"x","patterns":[{"type":"a","pattern":"("}]}""", 400, "invalid_pattern")]
    [InlineData(null, 422, "patterns_too_slow")]
    public async Task Mask_WishesThatCannotBeMet_AreRefused(string? request, int status, string code)
    {
        using var client = _privacy.Person(_ada);
        request ??= $$"""{"text":"{{new string('b', 1_000_000)}}","patterns":[{"type":"a","pattern":"b.*c|b"}]}""";

        Assert.Equal(code, await client.PostJsonAsync("/v1/mask", request).ReadProblemAsync(status));
    }

    [Fact]
    public async Task Mask_ModesByType_DoWhatTheySay()
    {
        using var client = _privacy.Person(_ada);

        var masked = await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{Note}}","modes":{"email":"redact","pii":"report"} }""").ReadAsync();

        Assert.Equal("Write to [redacted:email] or call +49 30 1234567.", masked.GetProperty("text").GetString());
        Assert.Equal((0, 1, 1), (masked.GetProperty("masked").GetInt32(), masked.GetProperty("redacted").GetInt32(), masked.GetProperty("reported").GetInt32()));
        Assert.Equal("blocked_by_policy", await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{Note}}","modes":{"phone":"block"} }""").ReadProblemAsync(422));
    }

    [Fact]
    public async Task Mask_ModeOfNoType_IsToldByItsPlaceAlone()
    {
        using var client = _privacy.Person(_ada);

        var (code, detail) = await client.PostJsonAsync("/v1/mask", """{"text":"a","modes":{"email":"block","ada@example.com":"mask"}}""").ReadProblemWithDetailAsync(400);

        Assert.Equal("invalid_modes", code);
        Assert.StartsWith("Name 2 of 2 is none of the types (", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "text_or_document")]
    [InlineData("""{"text":"a","document":1}""", "text_or_document")]
    [InlineData("""{"text":"a","modes":{"e-mail":"mask"}}""", "invalid_modes")]
    [InlineData("""{"text":"a","scope":"mine"}""", "invalid_scope")]
    [InlineData("""{"text":"a","ttlSeconds":1}""", "invalid_time_to_live")]
    public async Task Mask_WhatCannotBeUsed_Is400(string request, string code)
    {
        using var client = _privacy.Person(_ada);

        Assert.Equal(code, await client.PostJsonAsync("/v1/mask", request).ReadProblemAsync(400));
    }

    [Fact]
    public async Task Mask_LongText_IsMaskedAsItArrivesAndCanBeTurnedBack()
    {
        using var client = _privacy.Person(_ada);
        var text = new StringBuilder();
        while (text.Length < 3 * 1024 * 1024)
        {
            text.Append("user").Append(text.Length % 5000).Append("@example.com wrote grüße 🙂 at 2026-11-21T10:00:00Z\n");
        }

        var (masked, headers) = await MaskTextAsync(client, Encoding.UTF8.GetBytes(text.ToString()));

        Assert.DoesNotContain("@example.com", masked, StringComparison.Ordinal);
        Assert.StartsWith("request:psn_", headers.GetValues(TextMaskStream.ScopeHeader).Single(), StringComparison.Ordinal);
        var restored = await client.PostJsonAsync("/v1/unmask", System.Text.Json.JsonSerializer.Serialize(new { text = masked })).ReadAsync();
        Assert.Equal(text.ToString(), restored.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Mask_TextThatIsNotUtf8_Is400()
    {
        using var client = _privacy.Person(_ada);

        Assert.Equal("invalid_text", await client.PostAsync("/v1/mask", TextContent([0x61, 0xFF, 0x62]), Stop).ReadProblemAsync(400));
    }

    [Fact]
    public async Task Mask_RedisGone_Answers503AndNothingOfTheText()
    {
        await using var gone = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var privacy = new PrivacyApplication(gone.ConnectionString);
        using var client = privacy.Person(_ada);
        var masked = (await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{Note}}"}""").ReadAsync()).GetProperty("text").GetString();
        await gone.KillAsync();

        Assert.Equal("redis_unavailable", await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{Note}}"}""").ReadProblemAsync(503));
        Assert.Equal("redis_unavailable", await client.PostAsync("/v1/mask", TextContent(Encoding.UTF8.GetBytes(Note)), Stop).ReadProblemAsync(503));
        Assert.Equal("redis_unavailable", await client.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}"}""").ReadProblemAsync(503));
    }

    [Theory]
    [InlineData("u{0}@b.io ", "token")]
    [InlineData("u{0}@b.io ", "format")]
    [InlineData("vpc-0a1b2c3d4e5{0:x6} ", "format")]
    [InlineData("+1 415 2{0:d6} ", "format")]
    public async Task Mask_MoreDistinctValuesThanACallMayHave_SaysWhatToDo(string value, string style)
    {
        using var client = _privacy.Person(_ada);
        var text = string.Concat(Enumerable.Range(0, 100_001).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, value, i)));

        Assert.Equal("too_many_values", await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{text}}","style":"{{style}}"}""").ReadProblemAsync(422));
        Assert.Equal("too_many_values", await client.PostJsonAsync("/v1/mask", $$"""{"document":{"a":"{{text}}"},"style":"{{style}}"}""").ReadProblemAsync(422));
    }

    public void Dispose() => _privacy.Dispose();

    private static async Task<(string Text, HttpResponseHeaders Headers)> MaskTextAsync(HttpClient client, byte[] utf8)
    {
        using var response = await client.PostAsync("/v1/mask", TextContent(utf8), Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.IsSuccessStatusCode, text);
        return (text, response.Headers);
    }

    private static ByteArrayContent TextContent(byte[] utf8) => new(utf8) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain", "utf-8") } };
}
