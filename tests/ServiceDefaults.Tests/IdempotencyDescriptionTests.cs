using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Platform.Redis;
using Platform.Redis.Idempotency;

namespace ServiceDefaults.Tests;

public sealed class IdempotencyDescriptionTests
{
    [Fact]
    public async Task OpenApi_OfAnEndpointThatHonoursKeys_ShowsHeaderRefusalsAndReplay()
    {
        await using var service = await TestService.StartAsync(routes =>
        {
            routes.MapPost("/orders", () => 1).DescribesIdempotency(new IdempotencyMetadata(IsRequired: true, TimeSpan.FromHours(24)));
            routes.MapPost("/other", () => 1);
        });
        using var client = service.Client();

        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);

        var order = document.GetProperty("paths").GetProperty("/orders").GetProperty("post");
        var header = Assert.Single(order.GetProperty("parameters").EnumerateArray());
        Assert.Equal("Idempotency-Key", header.GetProperty("name").GetString());
        Assert.Equal("header", header.GetProperty("in").GetString());
        Assert.True(header.GetProperty("required").GetBoolean());
        Assert.Equal(255, header.GetProperty("schema").GetProperty("maxLength").GetInt32());
        var responses = order.GetProperty("responses");
        foreach (var status in (string[])["400", "409", "422"])
        {
            Assert.True(responses.GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _));
        }

        Assert.True(responses.GetProperty("200").GetProperty("headers").TryGetProperty("Idempotent-Replayed", out _));
        Assert.True(responses.GetProperty("409").GetProperty("headers").TryGetProperty("Retry-After", out _));
        Assert.False(document.GetProperty("paths").GetProperty("/other").GetProperty("post").TryGetProperty("parameters", out _));
    }
}
