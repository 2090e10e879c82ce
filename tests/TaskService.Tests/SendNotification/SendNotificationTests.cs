using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.Tasks.Client;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.TestKit;
using StackExchange.Redis;
using TaskService.SendNotification;
using TaskService.Tests.Functional;

namespace TaskService.Tests.SendNotification;

public sealed class SendNotificationTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly string _ada = PlatformId.New("usr");
    private Surroundings _platform = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Surroundings.CreateAsync(redis);

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task Send_ToOneself_IsSentOnceAndNothingIsSaidOfTheTask()
    {
        using var ada = _platform.StartApp().ClientOf(_ada);
        _platform.Fakes.OnNotify = () => _platform.Fakes.NotificationCalls == 1 ? 503 : 201;

        var id = await ada.SubmitAsync(SendNotificationHandler.Type, new { userId = _ada, category = "reminder", title = "Call Grace", body = "At three." });
        var task = await ada.WaitForAsync(id, "succeeded");
        var failing = await ada.SubmitAsync(TaskCalls.NdJson("not json"), "type=pseudonymize-records&field=email");
        await Eventually.TrueAsync(() => _platform.Fakes.Notifications.ContainsKey(failing), Longest, "a later end is told");

        var sent = _platform.Fakes.Notifications[id];
        Assert.Equal((_ada, "reminder", "Call Grace", "At three.", id), (sent.UserId, sent.Category, sent.Title, sent.Body, sent.DedupeKey));
        Assert.Equal(2, task.GetProperty("attempt").GetInt32());
        Assert.Equal(3, _platform.Fakes.NotificationCalls);
    }

    [Fact]
    public async Task Send_WithDataThatIsNotAscii_IsSent()
    {
        using var ada = _platform.StartApp().ClientOf(_ada);
        var text = new string('é', 3500);

        var id = await ada.SubmitAsync(SendNotificationHandler.Type, new { userId = _ada, category = "reminder", title = "Call Grace", data = new { text } });
        await ada.WaitForAsync(id, "succeeded");

        Assert.Equal(text, _platform.Fakes.Notifications[id].Data!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Send_ToSomebodyElse_IsForAdministratorsAndARefusalEndsIt()
    {
        var app = _platform.StartApp();
        using var bob = app.ClientOf("usr_bob");
        using var admin = app.AdminClient();
        var payload = new { userId = _ada, category = "news", title = "Hello" };

        await (await PostAsync(bob, payload)).ProblemAsync(HttpStatusCode.Forbidden, "not_your_inbox");
        await (await PostAsync(admin, payload with { category = "No Good" })).ProblemAsync(HttpStatusCode.BadRequest, "invalid_payload");
        await (await PostAsync(admin, new { userId = "ada", category = "news", title = "Hello" })).ProblemAsync(HttpStatusCode.BadRequest, "invalid_payload");
        await (await PostAsync(admin, new { payload.userId, payload.category, payload.title, digest = new { key = "", window = "00:01:00" } })).ProblemAsync(HttpStatusCode.BadRequest, "invalid_payload");
        await (await PostAsync(admin, new { payload.userId, payload.category, payload.title, digest = new { key = "k", window = "7.00:00:00" } })).ProblemAsync(HttpStatusCode.BadRequest, "invalid_payload");
        _platform.Fakes.OnNotify = () => 410;
        var task = await admin.WaitForAsync(await admin.SubmitAsync(SendNotificationHandler.Type, payload), "failed");

        Assert.Equal("fake", task.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Send_ToSomebodyWhoIsGone_FailsHoweverLongAgoItWasPlanned()
    {
        _platform.Gone[_ada] = true;
        using var admin = _platform.StartApp().AdminClient();

        var task = await admin.WaitForAsync(
            await admin.SubmitAsync(SendNotificationHandler.Type, new { userId = _ada, category = "news", title = "Hello" }), "failed");

        Assert.Equal("person_unknown", task.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain(_platform.Fakes.Notifications.Values, sent => sent.UserId == _ada);
    }

    [Fact]
    public async Task Retry_ByWhoIsNoAdministratorAnyMore_GivesNoMoreThanASubmitWould()
    {
        var app = _platform.StartApp(withWorker: false, settings: ("HttpRequests:SigningSecrets:0", "whsec_" + Convert.ToBase64String(new byte[32])));
        using var before = app.ClientOf("usr_mallory", "admin");
        using var mallory = app.ClientOf("usr_mallory");
        var toAda = new { userId = _ada, category = "news", title = "Hello" };
        string[] others =
        [
            await before.SubmitAsync(SendNotificationHandler.Type, toAda),
            await before.SubmitAsync("export-user-data", new { userId = _ada }),
            await before.SubmitAsync("http-request", new { url = "https://receiver.example/hooks" }),
            await before.SubmitAsync("purge-expired", new { }),
        ];
        await Task.WhenAll(others.Select(async id => (await mallory.PostAsync($"/v1/tasks/{id}/cancel", null, Stop)).EnsureSuccessStatusCode()));

        var answers = await Task.WhenAll(others.Select(id => mallory.PostAsync($"/v1/tasks/{id}/retry", null, Stop)));

        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.BadRequest], answers.Select(answer => answer.StatusCode));
        Assert.Equal(HttpStatusCode.Accepted, (await before.PostAsync($"/v1/tasks/{others[0]}/retry", null, Stop)).StatusCode);
    }

    [Fact]
    public async Task Digest_OfMany_IsOneNotificationThatCountsAllAndListsTheFirst()
    {
        var app = _platform.StartApp();
        using var admin = app.AdminClient();

        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => admin.SubmitAsync(SendNotificationHandler.Type, Gathered($"Order {i}", window: "00:00:03"))));
        await Eventually.TrueAsync(async () => (await HashAsync()).Any(field => ((string)field.Name!).EndsWith(":count", StringComparison.Ordinal) && field.Value == 25), Longest, "all have joined");
        var hash = await HashAsync();
        using var asked = app.CreateClient();
        asked.DefaultRequestHeaders.Authorization = new("Bearer", _platform.Issuer.ServiceToken("userservice", Scopes.ExportPeople));
        Assert.Contains("Order ", await asked.GetStringAsync($"/v1/people/{_ada}/export", Stop), StringComparison.Ordinal);

        var sent = await OnlyNotificationAsync();

        Assert.DoesNotContain(hash, field => ((string)field.Value!).Contains("Order", StringComparison.Ordinal));
        Assert.Equal((_ada, "orders", "25 notifications", "/orders"), (sent.UserId, sent.Category, sent.Title, sent.Link));
        var lines = sent.Body!.Split('\n');
        Assert.Equal(21, lines.Length);
        Assert.Equal(20, lines.Count(line => line.StartsWith("- Order ", StringComparison.Ordinal)));
        Assert.Equal("and 5 more", lines[^1]);
        Assert.Equal(25, sent.Data!.Value.GetProperty("count").GetInt32());
        await Eventually.TrueAsync(async () => (await HashAsync()).Length == 0, Longest, "nothing is left of it");
    }

    [Fact]
    public async Task Digest_OfOne_IsThatNotification()
    {
        using var admin = _platform.StartApp().AdminClient();

        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Alone", window: "00:00:01"));

        var sent = await OnlyNotificationAsync();
        Assert.Equal(("Alone", "All of it.", 7), (sent.Title, sent.Body, sent.Data!.Value.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Digest_WhoseWorkerDiedAfterJoining_HoldsItOnceAlsoWhenItWasSentMeanwhile()
    {
        var dying = _platform.StartApp(withWorker: false);
        using var admin = dying.AdminClient();
        var id = await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Joined", window: "00:00:01"));
        var deliveries = dying.Get<TaskDeliveries>();
        var delivery = await deliveries.StartAsync(Assert.Single(await dying.Get<TaskQueue>().TakeAsync(1, Stop)), "who dies", Stop);
        await using (var lease = new DeliveryLease(delivery!, deliveries, null, TimeSpan.FromMinutes(1), NullLogger.Instance, Stop))
        await using (var scope = dying.Services.CreateAsyncScope())
        {
            var payload = dying.Get<TaskPayloads>().Decode<SendNotificationPayload>(id, SendNotificationHandler.Type, delivery!.Task.Payload.Span);
            await scope.ServiceProvider.GetRequiredService<SendNotificationHandler>().RunAsync(payload, new(delivery, lease, deliveries, NullLogger.Instance), Stop);
        }

        // What it enqueued is sent by another, and what it had not ended is begun again, before or after that.
        var app = _platform.StartApp();
        await admin.WaitForAsync(id, "succeeded");
        await OnlyNotificationAsync();
        await Eventually.TrueAsync(async () => (await HashAsync()).Length == 0, Longest, "it was sent");

        Assert.Equal(2, (await admin.TaskAsync(id)).GetProperty("attempt").GetInt32());
        Assert.Equal("Joined", Assert.Single(_platform.Fakes.Notifications).Value.Title);
        Assert.Equal(1, _platform.Fakes.NotificationCalls);
    }

    [Fact]
    public async Task Digest_WhatComesWhileItIsSentAndSendingsRepeated_NothingIsLostOrTwice()
    {
        var app = _platform.StartApp();
        using var admin = app.AdminClient();
        var release = new TaskCompletionSource();
        _platform.Fakes.OnNotify = () => release.Task.IsCompleted ? 201 : 503;
        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("First", window: "00:00:01"));
        await Eventually.TrueAsync(() => _platform.Fakes.NotificationCalls > 0, Longest, "it is being sent");
        var before = await _platform.Database.KeyDumpAsync(HashKey);

        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Second", window: "00:00:01"));
        await Eventually.TrueAsync(async () => (await HashAsync()).Any(field => field.Name == "digests" && field.Value == 2), Longest, "another is open");
        release.SetResult();
        await Eventually.TrueAsync(() => _platform.Fakes.Notifications.Count == 2, Longest, "both are sent");
        await Eventually.TrueAsync(async () => (await HashAsync()).Length == 0, Longest, "nothing is left");

        // As after a kill between sending and forgetting.
        await _platform.Database.KeyRestoreAsync(HashKey, before!, TimeSpan.FromMinutes(5));
        var first = _platform.Fakes.Notifications.Single(sent => sent.Value.Title == "First").Key[..^"-digest".Length];
        var again = await app.Get<TaskClient>().EnqueueAsync(SendDigestHandler.Type, new SendDigestPayload(_ada, "", first), cancellationToken: Stop);
        await Eventually.TrueAsync(async () => (await HashAsync()).Length == 0, Longest, "it was sent again");

        Assert.Equal(["First", "Second"], _platform.Fakes.Notifications.Values.Select(sent => sent.Title).Order());
        Assert.NotEqual(first, again);
    }

    [Fact]
    public async Task Digest_WhoseSendingWasLost_IsSentWithWhatJoinsLater()
    {
        var app = _platform.StartApp();
        using var admin = app.AdminClient();
        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("First", window: "1.00:00:00"));
        await Eventually.TrueAsync(async () => (await HashAsync()).Any(field => ((string)field.Name!).EndsWith(":planned", StringComparison.Ordinal)), Longest, "it waits");
        var sending = (string)Assert.Single(await _platform.Database.SortedSetRangeByRankAsync(_platform.Key("delayed:v1:{default}:default")))!;

        var line = (await HashAsync()).Single(field => ((string)field.Name!).EndsWith(":1", StringComparison.Ordinal));
        await _platform.Database.HashSetAsync(HashKey, line.Name, "damaged");
        using var asked = app.CreateClient();
        asked.DefaultRequestHeaders.Authorization = new("Bearer", _platform.Issuer.ServiceToken("userservice", Scopes.ExportPeople));
        Assert.Contains("cannot be read", await asked.GetStringAsync($"/v1/people/{_ada}/export", Stop), StringComparison.Ordinal);
        await _platform.Database.HashSetAsync(HashKey, [line]);

        await (await admin.PostAsync($"/v1/tasks/{sending}/cancel", null, Stop)).ProblemAsync(HttpStatusCode.Conflict, "not_cancellable");
        Assert.Equal(CancelOutcome.Cancelled, await app.Get<TaskStore>().CancelAsync(sending, "", Stop));
        var due = (await HashAsync()).Single(field => ((string)field.Name!).EndsWith(":due", StringComparison.Ordinal)).Name;
        await _platform.Database.HashDecrementAsync(HashKey, due, (long)TimeSpan.FromDays(1.01).TotalMilliseconds);
        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Second", window: "1.00:00:00"));

        Assert.Equal(("2 notifications", "- First\n- Second"), ((await OnlyNotificationAsync()).Title, (await OnlyNotificationAsync()).Body));
        await Eventually.TrueAsync(async () => (await HashAsync()).Length == 0, Longest, "nothing is left of it");
        Assert.Equal(1, _platform.Fakes.NotificationCalls);
    }

    [Fact]
    public async Task Keys_ThatAnotherChoseToo_AreEachOnesOwn()
    {
        var app = _platform.StartApp();
        using var ada = app.ClientOf(_ada);
        using var admin = app.AdminClient();
        foreach (var (client, title) in new[] { (ada, "Her own"), (ada, "Her own again"), (admin, "The administrator's") })
        {
            await client.WaitForAsync(
                await client.SubmitAsync(SendNotificationHandler.Type, new { userId = _ada, category = "invoice", title, dedupeKey = "invoice-1" }), "succeeded");
        }

        Assert.Equal(["Her own", "The administrator's"], _platform.Fakes.Notifications.Values.Select(sent => sent.Title).Order());

        await ada.WaitForAsync(await ada.SubmitAsync(SendNotificationHandler.Type, Gathered("Waits", window: "6.00:00:00")), "succeeded");
        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Does not", window: "00:00:01"));
        await Eventually.TrueAsync(() => _platform.Fakes.Notifications.Values.Any(sent => sent.Title == "Does not"), Longest, "it is sent in its own time");
        Assert.DoesNotContain(_platform.Fakes.Notifications.Values, sent => sent.Title is "Waits" or "2 notifications");
    }

    [Fact]
    public async Task Digest_ThatIsRefused_IsForgotten()
    {
        var app = _platform.StartApp();
        using var admin = app.AdminClient();
        _platform.Fakes.OnNotify = () => 410;

        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Refused", window: "00:00:01"));

        await Eventually.TrueAsync(() => _platform.Fakes.NotificationCalls == 1, Longest, "it was refused");
        await Eventually.TrueAsync(async () => (await HashAsync()).Length == 0, Longest, "it does not count any more");
    }

    [Fact]
    public async Task Digest_OfAnErasedPerson_IsGoneAndNothingJoinsAnyMore()
    {
        var app = _platform.StartApp();
        using var admin = app.AdminClient();
        await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Secret", window: "00:00:01.5"));
        await Eventually.TrueAsync(async () => (await HashAsync()).Any(field => ((string)field.Name!).EndsWith(":planned", StringComparison.Ordinal)), Longest, "it waits");

        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", _platform.Issuer.ServiceToken("userservice", Scopes.ErasePeople));
        var erased = await new PeopleClient(client, "taskservice").EraseAsync(_ada, Stop);
        var late = await admin.WaitForAsync(await admin.SubmitAsync(SendNotificationHandler.Type, Gathered("Late", window: "00:00:01")), "failed");

        Assert.Contains(new ErasedItems("digests", 1), erased.Items);
        Assert.Equal("person_erased", late.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(await HashAsync());
        await Eventually.TrueAsync(
            async () => await _platform.Database.SortedSetLengthAsync(_platform.Key("delayed:v1:{default}:default")) == 0, Longest, "the sending has begun");
        Assert.DoesNotContain(_platform.Fakes.Notifications.Values, sent => sent.Title is "Secret" or "Late");
    }

    private RedisKey HashKey => _platform.Key($"digests:v1:{{default}}:{_ada}");

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, object payload) =>
        client.PostAsJsonAsync("/v1/tasks", new { type = SendNotificationHandler.Type, payload }, Stop);

    private Task<HashEntry[]> HashAsync() => _platform.Database.HashGetAllAsync(HashKey);

    private object Gathered(string title, string window) => new
    {
        userId = _ada, category = "orders", title, body = "All of it.", link = "/orders", data = new { number = 7 }, digest = new { key = "orders", window },
    };

    private async Task<Platform.Contracts.Notifications.SendNotificationRequest> OnlyNotificationAsync()
    {
        await Eventually.TrueAsync(() => !_platform.Fakes.Notifications.IsEmpty, Longest, "it is sent");
        return Assert.Single(_platform.Fakes.Notifications).Value;
    }
}
