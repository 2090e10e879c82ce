using System.Text.Json;
using Platform.TestKit;
using PrivacyService.Gateway;

namespace PrivacyService.Tests.Restoring;

/// <summary>What restoring asks of Redis: the vault once, and once for who restored, however many values there are and wherever they stand.</summary>
public sealed class RestoreCommandsTests : UpstreamTests
{
    private static string Addresses => JsonSerializer.Serialize(Enumerable.Range(0, 20).Select(i => $"person{i}@corp.com and person{i + 1}@corp.com"));

    [Fact]
    public async Task Repersonalize_ManyValues_AsksOnce()
    {
        using var ada = Privacy.Person(Ada);
        var document = (await ada.PseudonymizeAsync(Addresses).ReadAsync()).Document();

        await AssertOnceAsync(() => ada.RepersonalizeAsync(document), Addresses);
    }

    [Theory]
    [InlineData("document")]
    [InlineData("text")]
    public async Task Unmask_ManyMasks_AsksOnce(string member)
    {
        using var ada = Privacy.Person(Ada);
        var sent = member == "text" ? JsonSerializer.Serialize(Addresses) : Addresses;
        var masked = (await ada.PostJsonAsync("/v1/mask", $$"""{"{{member}}":{{sent}}}""").ReadAsync()).GetProperty(member).GetRawText();

        await AssertOnceAsync(() => ada.PostJsonAsync("/v1/unmask", $$"""{"{{member}}":{{masked}}}"""), "person7@corp.com");
    }

    [Theory]
    [InlineData("model", 1)]
    [InlineData("form", 3)] // Masking asks what of the request is a stand-in already, and restoring what of the answer is one.
    public async Task Gateway_AnswerInJsonWithMasksInManyTexts_AsksOnce(string upstream, int reads)
    {
        using var ada = Privacy.Person(Ada);
        ada.DefaultRequestHeaders.Add(GatewayApi.ScopeHeader, "conversation:1");

        await AssertOnceAsync(() => ada.PostJsonAsync($"/gateway/{upstream}/v1", Addresses), Addresses, reads);
    }

    private protected override IEnumerable<(string Name, string Value)> Settings(string address) =>
        [("Privacy:Gateway:Upstreams:form:Address", address), ("Privacy:Gateway:Upstreams:form:Style", "format")];

    private async Task AssertOnceAsync(Func<Task<HttpResponseMessage>> call, string expected, int reads = 1)
    {
        // Scripts are known to Redis by then, and the owner's key to the service.
        (await call()).Dispose();
        await using var monitor = await RedisMonitor.StartAsync(Server);

        using var answer = await call();

        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        var commands = (await monitor.ReadAsync()).Where(line => !line.Contains(" lua]", StringComparison.Ordinal)).ToArray();
        Assert.Equal(reads, commands.Count(line => line.Contains("\"HMGET\"", StringComparison.Ordinal) && line.Contains(":vault:v1:", StringComparison.Ordinal)));

        // One for the owner and one for all, which go together.
        Assert.Equal(2, commands.Count(line => line.Contains(":restores:v1:", StringComparison.Ordinal)));
        Assert.InRange(commands.Count(line => line.Contains(":restore-person:", StringComparison.Ordinal)), 0, 1);
    }
}
