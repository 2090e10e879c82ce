using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.TestKit;
using StackExchange.Redis;

namespace PrivacyService.Tests.Subjects;

public sealed class SubjectErasureTests(RedisFixture redis) : IAsyncLifetime
{
    private static readonly string[] Planted = ["Planted Lovelace", "planted.ada@example.com", "4111111111111111"];

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Document => JsonSerializer.Serialize(new { name = Planted[0], note = $"{Planted[1]} {Planted[2]}" });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _privacy.DisposeAsync();
        await redis.GetDatabase().KeyDeleteAsync([.. RedisFixture.Keys(redis.Multiplexer, _privacy.KeyPrefix)]);
    }

    [Fact]
    public async Task Erase_MoreThanOneStepTakes_LeavesNothingAndAReceipt()
    {
        using var ada = _privacy.Person(_ada);
        using var bob = _privacy.Person(PlatformId.New("usr"));
        var kept = (await ada.PseudonymizeAsync(Document, """ "fields":["name"],"scope":"subject" """).ReadAsync()).Document();
        var other = (await bob.PseudonymizeAsync(Document, """ "fields":["name"],"scope":"subject" """).ReadAsync()).Document();
        await Parallel.ForAsync(0, 260, async (_, _) => await ada.PseudonymizeAsync("\"one@example.com\"").ReadAsync());

        var receipt = await ada.DeleteAsync("/v1/subjects/me", Stop).ReadAsync();

        var items = receipt.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("kind").GetString()!, item => item.GetProperty("count").GetInt64());
        Assert.Equal((1, 522), (items["subject-keys"], items["vaults-and-documents"]));
        Assert.DoesNotContain(_ada, receipt.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("person_erased", await ada.PseudonymizeAsync(Document).ReadProblemAsync(410));
        Assert.Equal("pseudonyms_not_found", await ada.RepersonalizeAsync(kept).ReadProblemAsync(404));
        await bob.RepersonalizeAsync(other).ReadAsync();
        var left = Assert.Single(RedisFixture.Keys(redis.Multiplexer, _privacy.KeyPrefix), key => key.ToString().Contains(receipt.GetProperty("subject").GetString()!, StringComparison.Ordinal));
        Assert.Contains(":erased:", left.ToString(), StringComparison.Ordinal);
        Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(left))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(receipt.GetRawText(), (await bob.GetAsync("/v1/receipts/" + receipt.GetProperty("id").GetString(), Stop).ReadAsync()).GetRawText());
    }

    [Fact]
    public async Task Erase_OfAPersonWhoIsGone_DoesNotLetThemComeBackSooner()
    {
        using var service = _privacy.Service(Scopes.ErasePeople);
        await service.DeleteAsync("/v1/people/" + _ada, Stop).ReadAsync();

        await service.DeleteAsync("/v1/subjects/" + _ada, Stop).ReadAsync();

        var mark = Assert.Single(RedisFixture.Keys(redis.Multiplexer, _privacy.KeyPrefix), key => key.ToString().Contains(":erased:", StringComparison.Ordinal));
        Assert.True(await redis.GetDatabase().KeyTimeToLiveAsync(mark) > TimeSpan.FromDays(7));
        Assert.Equal("invalid_subject", await service.DeleteAsync("/v1/subjects/me", Stop).ReadProblemAsync(400));
    }

    [Fact]
    public async Task Receipt_AlteredInRedis_IsNotShown()
    {
        using var ada = _privacy.Person(_ada);
        var id = (await ada.DeleteAsync("/v1/subjects/" + _ada, Stop).ReadAsync()).GetProperty("id").GetString()!;
        var key = Assert.Single(RedisFixture.Keys(redis.Multiplexer, _privacy.KeyPrefix), one => one.ToString().Contains(id, StringComparison.Ordinal));
        var kept = (string)(await redis.GetDatabase().StringGetAsync(key))!;

        await redis.GetDatabase().StringSetAsync(key, kept.Replace("\"count\":0", "\"count\":1", StringComparison.Ordinal), TimeSpan.FromMinutes(1));

        Assert.Equal("receipt_not_found", await ada.GetAsync("/v1/receipts/" + id, Stop).ReadProblemAsync(404));
    }

    [Fact]
    public async Task Files_OfRedis_AfterErasureAndARewrite_HoldNeitherValuesNorTheKey()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var privacy = new PrivacyApplication(server.ConnectionString);
        using var ada = privacy.Person(_ada);
        var answer = (await ada.PseudonymizeAsync(Document, """ "fields":["name"],"scope":"subject" """).ReadAsync()).Document();
        await ada.RepersonalizeAsync(answer).ReadAsync();
        await ada.PostJsonAsync("/v1/mask", JsonSerializer.Serialize(new { text = string.Join(' ', Planted) })).ReadAsync();
        await using var direct = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var key = Assert.Single(RedisFixture.Keys(direct, privacy.KeyPrefix), one => one.ToString().Contains(":subject:", StringComparison.Ordinal));
        var wrapped = Encoding.Latin1.GetString((byte[])(await direct.GetDatabase().StringGetAsync(key))!);
        await Eventually.TrueAsync(async () => (await FilesAsync(server)).Contains(wrapped, StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the key is on the disk");

        await ada.DeleteAsync("/v1/subjects/me", Stop).ReadAsync();
        await server.CommandAsync("BGREWRITEAOF");
        await RewrittenAsync(server);
        await server.CommandAsync("SAVE");

        await Eventually.TrueAsync(async () => !(await FilesAsync(server)).Contains(wrapped, StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the key is gone from the disk");
        var files = await FilesAsync(server);
        Assert.Contains("{all}", files, StringComparison.Ordinal);
        Assert.All([.. Planted, _ada], planted => Assert.DoesNotContain(planted, files, StringComparison.OrdinalIgnoreCase));
    }

    private static Task RewrittenAsync(RedisServer server) => Eventually.TrueAsync(
        async () => await server.CommandAsync("INFO", "persistence") is var info
            && info.Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal) && info.Contains("aof_rewrite_scheduled:0", StringComparison.Ordinal),
        TimeSpan.FromSeconds(20), "the file is rewritten");

    private static async Task<string> FilesAsync(RedisServer server)
    {
        var all = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(server.DataDirectory, "*", SearchOption.AllDirectories))
        {
            all.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Stop)));
        }

        return all.ToString();
    }
}
