using System.Net;
using System.Net.Http.Json;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using RedisLibrary;

namespace Platform.Redis.Tests.Package;

/// <summary>The service in <c>samples/</c>, started and called.</summary>
public sealed class SampleTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Sample_Started_CachesLimitsRepeatsTellsAndExcludes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Replica.StartAsync(
            typeof(ShopKeys).Assembly.Location, ("ConnectionStrings:redis", redis.ConnectionString), ("Redis:KeyPrefix", RedisFixture.NewPrefix()),
            ("Redis:Isolation", RedisFixture.Isolation), ("Sealing:Key", "0123456789abcdef0123456789abcdef"), ("Logging:LogLevel:Default", "Warning"));
        var client = shop.Client;

        Assert.Equal(await client.GetStringAsync("/prices/tea", cancellation), await client.GetStringAsync("/prices/tea", cancellation));

        using var order = await OrderAsync(client, "1");
        using var again = await OrderAsync(client, "1");
        using var keyless = await OrderAsync(client, null);
        Assert.Equal(HttpStatusCode.Created, order.StatusCode);
        Assert.Equal(order.Headers.Location, again.Headers.Location);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(HttpStatusCode.BadRequest, keyless.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/stream") { Headers = { { "Last-Event-ID", "0-0" } } };
        using var stream = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(cancellation));
        Assert.Equal("event: Entry", await reader.ReadLineAsync(cancellation));
        Assert.Equal("data: tea", await reader.ReadLineAsync(cancellation));
        Assert.Equal("id: " + order.Headers.Location!.ToString().Split('/')[^1], await reader.ReadLineAsync(cancellation));

        using var stocktaking = await client.PostAsync("/stocktaking", null, cancellation);
        Assert.Equal(HttpStatusCode.OK, stocktaking.StatusCode);
        Assert.Contains("leases", await client.GetStringAsync("/guarantees", cancellation), StringComparison.Ordinal);

        HttpStatusCode last;
        var asked = 0;
        do
        {
            using var response = await client.GetAsync("/prices/tea", cancellation);
            last = response.StatusCode;
        }
        while (last == HttpStatusCode.OK && ++asked < 50);
        Assert.Equal(HttpStatusCode.TooManyRequests, last);

        async Task<HttpResponseMessage> OrderAsync(HttpClient to, string? key)
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, "/orders") { Content = JsonContent.Create(new { item = "tea" }) };
            if (key is not null)
            {
                post.Headers.Add("Idempotency-Key", key);
            }

            return await to.SendAsync(post, cancellation);
        }
    }
}
