using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Contracts;
using Platform.TestKit;
using PrivacyService.StandIns;

namespace PrivacyService.Tests.StandIns;

/// <summary>Stand-ins of e-mail addresses, cards and telephone numbers, through the routes and with what the vault knows of them.</summary>
public sealed partial class PersonalStandInTests(RedisFixture redis) : IDisposable
{
    private const string Text = "Ask ada@corp.com or +1 (415) 867-5309 about card 4929-1234-5678-9015 of account arn:aws:iam::123456789012:role/ops";
    private const string Mailbox = "psn_[0-9a-z]{28}@example\\.com";

    /// <summary>Six, of Australian mobiles.</summary>
    private static readonly DigitRange Smallest = new PhoneForm().Read("0412 345 678")!.Range;

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mask_InForm_GivesWhatParsersAcceptAndUnmaskTheOriginal()
    {
        using var client = _privacy.Person(_ada);

        var masked = await MaskAsync(client, Text, "conversation:1");

        Assert.Matches($"^Ask {Mailbox} or \\+1 \\([2-9][0-9]{{2}}\\) 555-01[0-9]{{2}} about card 4[0-9]{{3}}-[0-9]{{4}}-[0-9]{{4}}-[0-9]{{4}} of account arn:aws:iam::[0-9]{{12}}:role/role-", masked);
        Assert.True(PersonalTexts.PassesLuhn(string.Concat(masked.Split("card ")[1][..19].Where(char.IsAsciiDigit))));
        Assert.Equal(Text, await UnmaskAsync(client, masked, "conversation:1"));

        // Later: the same for the same, and what was masked is left.
        Assert.Equal(masked, await MaskAsync(client, Text, "conversation:1"));
        Assert.Equal(masked, await MaskAsync(client, masked, "conversation:1"));
        Assert.NotEqual(masked, await MaskAsync(client, Text, "conversation:2"));
    }

    [Fact]
    public async Task Unmask_OfAMailbox_NeedsNoScopeAndTheOthersStay()
    {
        using var client = _privacy.Person(_ada);
        var masked = await MaskAsync(client, Text, "conversation:3");

        var restored = (await client.PostJsonAsync("/v1/unmask", JsonSerializer.Serialize(new { text = masked })).ReadAsync()).GetProperty("text").GetString()!;

        Assert.Equal(masked.Replace(MailboxPattern().Match(masked).Value, "ada@corp.com"), restored);
    }

    [Fact]
    public async Task Unmask_OfAnotherScopeOrPerson_LeavesNumbersAndSaysNothingOfThem()
    {
        using var client = _privacy.Person(_ada);
        using var other = _privacy.Person(PlatformId.New("usr"));
        var masked = await MaskAsync(client, "0412 345 678, 4929-1234-5678-9015", "conversation:4");

        foreach (var (caller, scope) in ((HttpClient, string)[])[(client, "conversation:5"), (other, "conversation:4")])
        {
            var answer = await caller.PostJsonAsync("/v1/unmask", JsonSerializer.Serialize(new { text = masked, scope, style = "format" })).ReadAsync();
            Assert.Equal((masked, 0, 0), (answer.GetProperty("text").GetString(), answer.GetProperty("restored").GetInt32(), answer.GetProperty("missing").GetArrayLength()));
        }
    }

    [Fact]
    public async Task Mask_ByTwoReplicasAtOnce_GivesNoTwoValuesTheSameAndTheRestTokens()
    {
        await using var replica = new PrivacyApplication(redis.ConnectionString) { KeyPrefix = _privacy.KeyPrefix };
        using var one = _privacy.Person(_ada);
        using var two = replica.Person(_ada);
        string[] numbers = [.. Enumerable.Range(0, 4 * Smallest.Size).Select(i => $"0412 345 6{i:d2}")];

        var answers = await Task.WhenAll(numbers.SelectMany(number => new[] { one, two }.Select(async client => (number, Masked: await MaskAsync(client, number, "conversation:6")))));

        var masks = answers.GroupBy(answer => answer.number, answer => answer.Masked).ToDictionary(group => group.Key, group => Assert.Single(group.Distinct()));
        Assert.Equal(numbers.Length, masks.Values.Distinct().Count());
        Assert.Equal(Smallest.Size, masks.Values.Count(mask => Regex.IsMatch(mask, "^0491 570 [0-9]{3}$")));
        Assert.Equal(numbers.Length - Smallest.Size, masks.Values.Count(mask => mask.StartsWith("PII_PHONE_", StringComparison.Ordinal)));
        Assert.Equal(string.Join(';', numbers), await UnmaskAsync(two, string.Join(';', numbers.Select(number => masks[number])), "conversation:6"));

        // All at once, and later still.
        Assert.Equal(string.Join(';', numbers.Select(number => masks[number])), await MaskAsync(one, string.Join(';', numbers), "conversation:6"));
    }

    [Fact]
    public async Task Mask_OfANumberThatIsFreeItself_NeverGivesTheSame()
    {
        using var client = _privacy.Person(_ada);
        string[] numbers = [.. Enumerable.Range(0, Smallest.Size).Select(i => "0" + Smallest[i])];

        // In one scope in three, none would meet itself anyway.
        for (var i = 0; i < 12; i++)
        {
            var masked = (await MaskAsync(client, string.Join(';', numbers), $"conversation:free-{i}")).Split(';');

            Assert.All(numbers.Zip(masked), pair => Assert.NotEqual(pair.First, pair.Second));
            Assert.All(masked, mask => Assert.Matches("^(0491570[0-9]{3}|PII_PHONE_[0-9a-z]{28})$", mask));
            Assert.Equal(string.Join(';', numbers), await UnmaskAsync(client, string.Join(';', masked), $"conversation:free-{i}"));
        }
    }

    [Fact]
    public async Task Mask_WithFewStandIns_AsksRedisOnceMore()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var privacy = new PrivacyApplication(server.ConnectionString);
        using var client = privacy.Person(_ada);
        await MaskAsync(client, "grace@corp.com", "conversation:7");
        await using var monitor = await RedisMonitor.StartAsync(server);

        await MaskAsync(client, "ada@corp.com and arn:aws:iam::123456789012:role/ops", "conversation:7");
        var without = Writes(await monitor.ReadAsync());
        await MaskAsync(client, "ada@corp.com, 4929-1234-5678-9015 and +33 6 12 34 56 78, +33 6 12 34 56 79", "conversation:7");

        Assert.Equal((1, 2), (without, Writes(await monitor.ReadAsync())));

        static int Writes(IReadOnlyList<string> lines) => lines.Count(line => line.Contains(":vault:v1:", StringComparison.Ordinal) && Regex.IsMatch(line, "\"EVAL(SHA)?\""));
    }

    [Fact]
    public async Task Pseudonymize_InForm_KeepsTypesAndRepersonalizeGivesTheSameBytes()
    {
        using var client = _privacy.Person(_ada);
        const string document = """
            { "mail":"ada@corp.com", "n": 4929123456789015, "deep":[{"phone": 4158675309,"mobile":"0412 345 678"}], "note":"card 4929-1234-5678-9015,\u0020\u0061da@corp.com; 4929 1234 5678 9015", "who":"Ada", "t": true }
            """;
        const string options = "\"fields\":[\"n\",\"who\",\"mobile\",\"t\"],\"scope\":\"conversation:8\",\"style\":\"format\"";

        var made = (await client.PseudonymizeAsync(document, options).ReadAsync()).Document();

        var root = JsonDocument.Parse(made).RootElement;
        Assert.Matches($"^{Mailbox}$", root.GetProperty("mail").GetString());
        Assert.Matches("^4[0-9]{15}$", root.GetProperty("n").GetRawText());
        Assert.Matches("^[2-9][0-9]{2}55501[0-9]{2}$", root.GetProperty("deep")[0].GetProperty("phone").GetRawText());
        Assert.Matches("^0491 570 [0-9]{3}$", root.GetProperty("deep")[0].GetProperty("mobile").GetString());
        Assert.Matches($"^card 4[0-9-]{{18}}, {Mailbox}; 4[0-9 ]{{18}}$", root.GetProperty("note").GetString());
        Assert.Matches("^psn_[0-9a-z]{28}$", root.GetProperty("who").GetString());
        Assert.Matches("^psn_[0-9a-z]{28}$", root.GetProperty("t").GetString());
        Assert.Equal(made, (await client.PseudonymizeAsync(made, options).ReadAsync()).Document());

        Assert.Equal(document.Trim(), (await client.RepersonalizeAsync(made, "\"scope\":\"conversation:8\",\"style\":\"format\"").ReadAsync()).Document());
        Assert.Equal("scope_required", await client.RepersonalizeAsync(made, "\"style\":\"format\"").ReadProblemAsync(400));
        Assert.Equal("ada@corp.com", (await client.RepersonalizeAsync(made).ReadAsync()).GetProperty("document").GetProperty("mail").GetString());
    }

    [Fact]
    public async Task Pseudonymize_LinesInForm_HaveOneStandInForOneValue()
    {
        using var client = _privacy.Person(_ada);
        const string lines = "{\"card\":\"4929 1234 5678 9015\"}\n{\"card\":\"4929123456789015\",\"mail\":\"ada@corp.com\"}\n";

        using var response = await client.PostLinesAsync("?scope=conversation:9&style=format", lines);
        var made = (await response.Content.ReadAsStringAsync(Stop)).Split('\n');

        Assert.Equal(made[0].Replace(" ", ""), made[1].Split(',')[0] + "}");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(lines.Split('\n')[i], (await client.RepersonalizeAsync(made[i], "\"scope\":\"conversation:9\",\"style\":\"format\"").ReadAsync()).Document());
        }
    }

    [Fact]
    public async Task Mask_TextStreamInForm_CanBeTurnedBack()
    {
        using var client = _privacy.Person(_ada);
        var text = new StringBuilder();
        for (var i = 0; text.Length < 400_000; i++)
        {
            text.Append($"ada{i % 700}@corp.com called +33 6 12 34 {i % 90 + 10} 56 about 4929-1234-5678-9015 of vpc-0a1b2c3d4e5f60718\n");
        }

        using var response = await client.PostAsync(
            "/v1/mask?scope=conversation:10&style=format", new StringContent(text.ToString(), Encoding.UTF8, new MediaTypeHeaderValue("text/plain", "utf-8")), Stop);
        var masked = await response.Content.ReadAsStringAsync(Stop);

        Assert.DoesNotMatch("@corp|vpc-0a1b2c3d|5678-9015|PII_|AWS_|33 6 12", masked);
        Assert.Equal(text.ToString(), await UnmaskAsync(client, masked, "conversation:10"));
    }

    [Theory]
    [InlineData("/v1/mask?style=Format", "text/plain")]
    [InlineData("/v1/pseudonymize?style=own", "application/x-ndjson")]
    public async Task Calls_WithAStyleThatThereIsNot_Are400(string path, string mediaType)
    {
        using var client = _privacy.Person(_ada);

        Assert.Equal("invalid_style", await client.PostAsync(path, new StringContent("{}", Encoding.UTF8, mediaType), Stop).ReadProblemAsync(400));
    }

    [Fact]
    public async Task Calls_WithoutRedis_Answer503AndNothingOfTheText()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var privacy = new PrivacyApplication(server.ConnectionString);
        using var client = privacy.Person(_ada);
        var masked = await MaskAsync(client, Text, "conversation:11");
        await server.KillAsync();

        foreach (var (path, member, value) in ((string, string, string)[])
            [("mask", "text", Text), ("unmask", "text", masked), ("pseudonymize", "document", Text), ("repersonalize", "document", masked)])
        {
            using var response = await client.PostJsonAsync("/v1/" + path, $$"""{"{{member}}":{{JsonSerializer.Serialize(value)}},"scope":"conversation:11","style":"format"}""");
            Assert.DoesNotContain("corp", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
            Assert.Equal("redis_unavailable", await Task.FromResult(response).ReadProblemAsync(503));
        }
    }

    public void Dispose() => _privacy.Dispose();

    [GeneratedRegex(Mailbox)]
    private static partial Regex MailboxPattern();

    private static async Task<string> MaskAsync(HttpClient client, string text, string scope) =>
        (await client.PostJsonAsync("/v1/mask", JsonSerializer.Serialize(new { text, scope, style = "format" })).ReadAsync()).GetProperty("text").GetString()!;

    private static async Task<string> UnmaskAsync(HttpClient client, string text, string scope) =>
        (await client.PostJsonAsync("/v1/unmask", JsonSerializer.Serialize(new { text, scope, style = "format" })).ReadAsync()).GetProperty("text").GetString()!;
}
