using System.Text;
using Platform.Contracts;
using Platform.TestKit;
using Shared;
using StackExchange.Redis;

namespace PrivacyService.Tests.Pseudonyms;

/// <summary>What is in Redis, and what becomes of it when somebody else touches it.</summary>
public sealed class SecrecyTests(RedisFixture redis) : IDisposable
{
    private static readonly string[] Planted = ["Ada Lovelace", "ada.planted@example.com", "4111111111111111", "DE89370400440532013000", "+49 30 1234567"];

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    private static string Document => $$"""{"name":"{{Planted[0]}}","note":"{{string.Join(", ", Planted.Skip(1))}}"}""";

    [Fact]
    public async Task Redis_AfterARun_HoldsNoPlantedValueAndLosesEveryKey()
    {
        using var client = _privacy.Person(_ada);
        var answer = await client.PseudonymizeAsync(Document, """ "fields":["name"] """).ReadAsync();
        await client.PostLinesAsync("?field=name&scope=subject", Document).ReadAsync();
        await client.RepersonalizeAsync(answer.Document()).ReadAsync();

        var families = new HashSet<string>();
        foreach (var key in Keys())
        {
            var type = await redis.GetDatabase().KeyTypeAsync(key);
            var content = type switch
            {
                RedisType.Hash => string.Concat((await redis.GetDatabase().HashGetAllAsync(key)).Select(entry => Text(entry.Name) + Text(entry.Value))),
                RedisType.SortedSet => string.Concat((await redis.GetDatabase().SortedSetRangeByRankAsync(key)).Select(Text)),
                _ => Text(await redis.GetDatabase().StringGetAsync(key)),
            };
            Assert.All([.. Planted, _ada], planted => Assert.DoesNotContain(planted, key.ToString() + content, StringComparison.OrdinalIgnoreCase));
            Assert.NotNull(await redis.GetDatabase().KeyTimeToLiveAsync(key));
            families.Add(key.ToString()[_privacy.KeyPrefix.Length..].Split(':')[1]);
        }

        Assert.Equal(["call", "document", "owned", "scope", "subject", "vault"], families.Order());
    }

    [Fact]
    public async Task Repersonalize_AlteredOrMovedValue_IsRefused()
    {
        using var client = _privacy.Person(_ada);
        var answer = await client.PseudonymizeAsync("""["ada@example.com","bob@example.com"]""", """ "scope":"subject" """).ReadAsync();
        var vault = Keys("vault").Single();
        var entries = await redis.GetDatabase().HashGetAllAsync(vault);
        var altered = ((byte[])entries[0].Value!).ToArray();
        altered[^1] ^= 1;

        await redis.GetDatabase().HashSetAsync(vault, entries[0].Name, altered);
        Assert.Equal("stored_value_damaged", await client.RepersonalizeAsync(answer.Document()).ReadProblemAsync(500));

        await redis.GetDatabase().HashSetAsync(vault, entries[0].Name, entries[1].Value);
        Assert.Equal("stored_value_damaged", await client.RepersonalizeAsync(answer.Document()).ReadProblemAsync(500));

        await redis.GetDatabase().HashSetAsync(vault, entries[0].Name, entries[0].Value);
        Assert.Equal("""["ada@example.com","bob@example.com"]""", (await client.RepersonalizeAsync(answer.Document()).ReadAsync()).Document());
    }

    [Fact]
    public async Task Repersonalize_OwnersKeyErased_GivesNothingAndNewTokensDiffer()
    {
        using var client = _privacy.Person(_ada);
        const string options = """ "scope":"subject" """;
        var before = await client.PseudonymizeAsync("\"ada@example.com\"", options).ReadAsync();

        await redis.GetDatabase().KeyDeleteAsync(Keys("subject").Single());

        Assert.Equal("pseudonyms_expired", await client.RepersonalizeAsync(before.Document()).ReadProblemAsync(410));
        Assert.Equal("pseudonym_expired", await client.PostJsonAsync(
            "/v1/repersonalize", $$"""{"pseudonymId":"{{before.GetProperty("pseudonymId").GetString()}}"}""").ReadProblemAsync(410));
        var after = await client.PseudonymizeAsync("\"ada@example.com\"", options).ReadAsync();
        Assert.NotEqual(before.Document(), after.Document());
        Assert.Equal("\"ada@example.com\"", (await client.RepersonalizeAsync(after.Document()).ReadAsync()).Document());
    }

    [Fact]
    public async Task Repersonalize_AfterARestartOfTheService_StillWorks()
    {
        await using var later = new PrivacyApplication(redis.ConnectionString) { KeyPrefix = _privacy.KeyPrefix };
        using var client = _privacy.Person(_ada);
        using var again = later.Person(_ada);
        const string options = """ "scope":"subject" """;

        var answer = await client.PseudonymizeAsync(Document, options).ReadAsync();

        Assert.Equal(Document, (await again.RepersonalizeAsync(answer.Document()).ReadAsync()).Document());
        Assert.Equal(answer.Document(), (await again.PseudonymizeAsync(Document, options).ReadAsync()).Document());
    }

    [Fact]
    public async Task Calls_OtherSealingKey_AreRefused()
    {
        await using var other = new PrivacyApplication(redis.ConnectionString, ("Sealing:Key", "another sealing key, long enough")) { KeyPrefix = _privacy.KeyPrefix };
        using var client = _privacy.Person(_ada);
        using var stranger = other.Person(_ada);

        var answer = await client.PseudonymizeAsync(Document, """ "scope":"subject" """).ReadAsync();

        Assert.Equal("pseudonyms_not_found", await stranger.RepersonalizeAsync(answer.Document()).ReadProblemAsync(404));
    }

    [Theory]
    [InlineData("/v1/detect", """{"text":"x","ada.planted@example.com":1}""")]
    [InlineData("/v1/mask", """{"text":"x","modes":{"ada.planted@example.com":1}}""")]
    [InlineData("/v1/pseudonymize", """{"document":"x","dictionary":{"ada.planted@example.com":1}}""")]
    public async Task Problem_OfAMemberThatTheCallerMadeUp_DoesNotNameIt(string path, string body)
    {
        using var client = _privacy.Person(_ada);
        using var refused = await client.PostJsonAsync(path, body);

        var problem = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"code\":\"invalid_json\"", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", problem, StringComparison.Ordinal);
    }

    public void Dispose() => _privacy.Dispose();

    private IEnumerable<RedisKey> Keys(string family = "") => RedisFixture.Keys(redis.Multiplexer, $"{_privacy.KeyPrefix}privacy:{family}")
        .Where(ServiceRegistry.IsOwn).Where(key => !IsOfActivity(key.ToString()));

    // Written after the answer; ActivityTests have them.
    private static bool IsOfActivity(string key) => key.Contains("{all}", StringComparison.Ordinal) || key.Contains(":events:", StringComparison.Ordinal) || key.Contains(":restores:", StringComparison.Ordinal) || key.Contains(":own-totals:", StringComparison.Ordinal);

    private static string Text(RedisValue value) => Encoding.Latin1.GetString((byte[])value!);
}
