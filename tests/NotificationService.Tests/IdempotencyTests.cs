using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.TestKit;

namespace NotificationService.Tests;

/// <summary>A sender that got no answer repeats its request, with the key that it first sent it with.</summary>
public sealed class IdempotencyTests(RedisFixture redis) : IDisposable
{
    private readonly Inboxes _inboxes = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Send_RepeatedWithItsKey_IsOneNotificationAndOneAnswer()
    {
        using var sender = _inboxes.Sender();

        using var first = await SendAsync(sender, "k", "Done");
        using var again = await SendAsync(sender, "k", "Done");

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await TextAsync(first), await TextAsync(again));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Send_ManyTimesAtOnceWithOneKey_IsOneNotification()
    {
        using var sender = _inboxes.Sender();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await SendAsync(sender, "k", "Done");
            return response.StatusCode;
        }));

        Assert.Contains(HttpStatusCode.Created, statuses);
        Assert.All(statuses, status => Assert.Contains(status, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.Conflict]));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Send_WithoutKey_IsANotificationEachTime()
    {
        using var sender = _inboxes.Sender();

        (await SendAsync(sender, null, "Done")).Dispose();
        (await SendAsync(sender, null, "Done")).Dispose();

        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Send_AnotherNotificationWithTheSameKey_IsRefused()
    {
        using var sender = _inboxes.Sender();
        (await SendAsync(sender, "k", "Done")).Dispose();

        using var refused = await SendAsync(sender, "k", "Failed");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("idempotency_key_reused", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Send_WithTheKeyOfAnotherSender_IsAnother()
    {
        using var sender = _inboxes.Sender();
        using var other = _inboxes.Sender("privacyservice");

        (await SendAsync(sender, "k", "Done")).Dispose();
        using var response = await SendAsync(other, "k", "Done");

        Assert.False(response.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task OpenApi_Send_ShowsTheKey()
    {
        using var client = _inboxes.CreateClient();

        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        var send = document.GetProperty("paths").GetProperty("/v1/notifications").GetProperty("post");
        var header = Assert.Single(send.GetProperty("parameters").EnumerateArray(), one => one.GetProperty("name").GetString() == "Idempotency-Key");
        Assert.False(header.TryGetProperty("required", out var required) && required.GetBoolean());
        Assert.True(send.GetProperty("responses").TryGetProperty("422", out _));
    }

    public void Dispose() => _inboxes.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpClient sender, string? key, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/notifications")
        {
            Content = JsonContent.Create(new { userId = _ada, category = "task.completed", title }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await sender.SendAsync(request);
    }

    private async Task<int> CountAsync()
    {
        using var ada = _inboxes.Person(_ada);
        var page = await ada.GetFromJsonAsync<Page<NotificationResponse>>("/v1/notifications", JsonSerializerOptions.Web);
        return page!.Items.Count;
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync();
}
