using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;
using Platform.TestKit;
using Shared;
using StackExchange.Redis;

namespace TaskService.Tests.Functional;

public sealed class ExportUserDataTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const string Type = "export-user-data";

    private static readonly (string, string)[] Impatient = [("Tasks:DependencyPatience", "00:00:00.05")];

    private readonly string _ada = PlatformId.New("usr");
    private readonly PersonFakes _fakes = new();
    private Surroundings _surroundings = null!;

    public async ValueTask InitializeAsync() => _surroundings = await Surroundings.CreateAsync(redis);

    public ValueTask DisposeAsync() => _surroundings.DisposeAsync();

    [Fact]
    public async Task Export_Oneself_IsAnArchiveOfAllServicesThatOnlyItsOwnerGets()
    {
        var app = _surroundings.StartApp(services: _fakes.AddTo);
        using var ada = app.ClientOf(_ada);
        KeepMuch();

        var id = await ada.SubmitAsync(Type, new { });
        var task = await ada.WaitForAsync(id, "succeeded");

        using var whole = await ada.GetAsync($"/v1/tasks/{id}/result");
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        Assert.Equal(("application/zip", $"export-{id}.zip"), (whole.Content.Headers.ContentType!.ToString(), whole.Content.Headers.ContentDisposition!.FileName!.Trim('"')));
        var outcome = task.GetProperty("outcome");
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), (outcome.GetProperty("bytes").GetInt32(), outcome.GetProperty("sha256").GetString()));
        Assert.Equal((bytes.Length, $"/v1/tasks/{id}/result"), (task.GetProperty("resultLength").GetInt32(), task.GetProperty("links").GetProperty("result").GetString()));
        Assert.Equal(3000, outcome.GetProperty("services").GetProperty("notificationservice").GetProperty("notifications").GetInt32());
        Assert.Equal(0, outcome.GetProperty("services").GetProperty("userservice").GetProperty("sessions").GetInt32());

        var files = await UnpackAsync(bytes);
        var manifest = AssertManifest(files);
        Assert.Equal((_ada, id), (manifest.GetProperty("userId").GetString(), manifest.GetProperty("taskId").GetString()));
        Assert.Equal("ada@example.com", Assert.Single(Lines(files, "userservice/account.ndjson")).GetProperty("email").GetString());
        Assert.Empty(Lines(files, "privacyservice/documents.ndjson"));
        Assert.Equal(Enumerable.Range(0, 3000), Lines(files, "notificationservice/notifications.ndjson").Select(line => line.GetProperty("number").GetInt32()));
        Assert.Equal(id, Assert.Single(Lines(files, "taskservice/tasks.ndjson")).GetProperty("id").GetString());
        Assert.Equal(id, Assert.Single(Lines(files, "taskservice/exports.ndjson")).GetProperty("taskId").GetString());

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/tasks/{id}/result") { Headers = { Range = new RangeHeaderValue(60_000, 140_000) } };
        using var part = await ada.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[60_000..140_001], await part.Content.ReadAsByteArrayAsync());
        using var head = await ada.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/tasks/{id}/result"));
        Assert.Equal((HttpStatusCode.OK, bytes.Length, "application/zip"), (head.StatusCode, head.Content.Headers.ContentLength, head.Content.Headers.ContentType!.MediaType));
        foreach (var client in (HttpClient[])[app.ClientOf(PlatformId.New("usr")), app.AdminClient()])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/tasks/{id}/result")).StatusCode);
            client.Dispose();
        }

        Assert.Equal(["/v1/people/" + _ada + "/export"], _fakes.Calls.Select(call => call.Path).Distinct());
        Assert.Equal([Scopes.ExportPeople], _fakes.Calls.Select(call => new JsonWebToken(call.Token).GetClaim("scope").Value).Distinct());
        var gathered = new { userId = _ada, category = "news", title = "Hello", digest = new { key = "news", window = "01:00:00" } };
        await ada.WaitForAsync(await ada.SubmitAsync("send-notification", gathered), "succeeded");
        await ExportedPerson.AssertEveryFeatureTellsAsync(app.Services, _ada);
    }

    [Fact]
    public async Task Export_ServicesAwayAndBreakingOff_IsTriedAgainUntilNothingIsMissing()
    {
        var app = _surroundings.StartApp(services: _fakes.AddTo, settings: Impatient);
        using var ada = app.ClientOf(_ada);
        _fakes.Next(ServiceNames.Users, () => throw new HttpRequestException("Away."), () => throw new HttpRequestException("Away."));
        _fakes.Next(ServiceNames.Privacy, () => Task.FromResult(_fakes.BrokenOff(ServiceNames.Privacy)));

        var id = await ada.SubmitAsync(Type, new { });
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.InRange(task.GetProperty("attempt").GetInt32(), 2, 10);
        Assert.Contains("privacyservice_unavailable", task.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("error")).Select(Code));
        var files = await UnpackAsync(await ada.GetByteArrayAsync($"/v1/tasks/{id}/result"));
        AssertManifest(files);
        Assert.Equal(10, files.Count);
    }

    [Fact]
    public async Task Export_AttemptDiesAfterItHasWritten_IsBegunAnewAndWhole()
    {
        var app = _surroundings.StartApp(services: _fakes.AddTo);
        using var ada = app.ClientOf(_ada);
        KeepMuch();
        var release = new TaskCompletionSource<HttpResponseMessage>();
        _fakes.Next(ServiceNames.Privacy, () => release.Task);
        var id = await ada.SubmitAsync(Type, new { });
        await Eventually.TrueAsync(
            async () => await _surroundings.Database.ListLengthAsync(_surroundings.Key($"result:v1:{{default}}:{id}")) > 0, TimeSpan.FromSeconds(20),
            "the first attempt has written");

        // Nothing that the attempt writes is taken any more, nor its sign of life: as if it were dead.
        await _surroundings.Database.HashIncrementAsync(_surroundings.Key($"item:v1:{{default}}:{id}"), "fence");
        release.SetResult(PersonFakes.Problem(HttpStatusCode.ServiceUnavailable, "away"));
        var task = await ada.WaitForAsync(id, "succeeded");

        var bytes = await ada.GetByteArrayAsync($"/v1/tasks/{id}/result");
        Assert.Equal(2, task.GetProperty("attempt").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), task.GetProperty("outcome").GetProperty("sha256").GetString());
        var files = await UnpackAsync(bytes);
        AssertManifest(files);
        Assert.Equal(3000, Lines(files, "notificationservice/notifications.ndjson").Count);
    }

    [Fact]
    public async Task Export_OfAnErasedPerson_FailsAndLeavesNothing()
    {
        var app = _surroundings.StartApp(services: _fakes.AddTo);
        using var admin = app.AdminClient();
        KeepMuch();
        var done = await admin.SubmitAsync(Type, new { userId = _ada });
        await admin.WaitForAsync(done, "succeeded");
        _fakes.Next(ServiceNames.Privacy, () => Task.FromResult(PersonFakes.Problem(HttpStatusCode.Gone, "person_erased")));
        var begun = await admin.SubmitAsync(Type, new { userId = _ada });

        var failed = await admin.WaitForAsync(begun, "failed");
        Assert.Equal("person_erased", Code(failed.GetProperty("error")));
        Assert.DoesNotContain(_surroundings.Keys("result"), key => key.ToString().Contains(begun, StringComparison.Ordinal));

        using var userService = app.CreateClient();
        userService.DefaultRequestHeaders.Authorization = new("Bearer", _surroundings.Issuer.ServiceToken("userservice", Scopes.ErasePeople));
        var erased = await new PeopleClient(userService, "here").EraseAsync(_ada, CancellationToken.None);
        Assert.Equal((true, 2, 1), (erased.Done, erased.Items[0].Count, erased.Items[2].Count));
        Assert.DoesNotContain(
            RedisFixture.Keys(redis.Multiplexer, _surroundings.Prefix).Select(key => key.ToString()),
            key => key.Contains(done, StringComparison.Ordinal) || key.Contains(begun, StringComparison.Ordinal) || key.Contains(_ada, StringComparison.Ordinal));
        Assert.Empty((await admin.GetFromJsonAsync<JsonElement>("/v1/tasks")).GetProperty("items").EnumerateArray());

        var late = await admin.SubmitAsync(Type, new { userId = _ada });
        Assert.Equal("person_erased", Code((await admin.WaitForAsync(late, "failed")).GetProperty("error")));
        Assert.DoesNotContain(_surroundings.Keys("about"), _ => true);
    }

    [Fact]
    public async Task Export_TooLargeOrTooOften_FailsAndLeavesNothing()
    {
        var app = _surroundings.StartApp(services: _fakes.AddTo, settings: [("ExportUserData:MaxBytes", "100000"), ("ExportUserData:MostPerDay", "1")]);
        using var ada = app.ClientOf(_ada);
        KeepMuch();

        var large = await ada.SubmitAsync(Type, new { });
        var failed = await ada.WaitForAsync(large, "failed");
        var often = await ada.WaitForAsync(await ada.SubmitAsync(Type, new { }), "failed");

        Assert.Equal(("too_large", "too_many_exports"), (Code(failed.GetProperty("error")), Code(often.GetProperty("error"))));
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("links").GetProperty("result").ValueKind);
        Assert.Empty(_surroundings.Keys("result"));
        Assert.Empty(_surroundings.Keys("result-index"));
        await (await ada.GetAsync($"/v1/tasks/{large}/result")).ProblemAsync(HttpStatusCode.Conflict, "no_result");
    }

    [Fact]
    public async Task Export_RedisFullInTheMiddle_WaitsAndIsWhole()
    {
        await using var surroundings = await Surroundings.CreateWithOwnRedisAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync(surroundings.ConnectionString + ",allowAdmin=true");
        var server = connection.GetServers()[0];
        var app = surroundings.StartApp(services: _fakes.AddTo);
        using var ada = app.ClientOf(_ada);
        KeepMuch();
        var release = new TaskCompletionSource<HttpResponseMessage>();
        _fakes.Next(ServiceNames.Privacy, () => release.Task);
        var id = await ada.SubmitAsync(Type, new { });
        await Eventually.TrueAsync(() => Task.FromResult(_fakes.Calls.Any(call => call.Service == ServiceNames.Privacy)), TimeSpan.FromSeconds(20), "half is written");

        await server.ConfigSetAsync("maxmemory", "1mb");
        release.SetResult(PersonFakes.Problem(HttpStatusCode.ServiceUnavailable, "away"));
        await Eventually.TrueAsync(
            async () => (await server.InfoRawAsync("errorstats"))!.Contains("errorstat_OOM", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "a chunk is refused");
        await server.ConfigSetAsync("maxmemory", "512mb");
        await ada.WaitForAsync(id, "succeeded");

        AssertManifest(await UnpackAsync(await ada.GetByteArrayAsync($"/v1/tasks/{id}/result")));
    }

    [Fact]
    public async Task Export_TaskWithASensitivePayload_HidesIt()
    {
        var app = _surroundings.StartApp(withWorker: false, services: services => services.AddTaskHandler<NoHandler, SecretPayload>("secret"));
        using var ada = app.ClientOf(_ada);
        await ada.SubmitAsync("secret", new { subject = "planted subject", secret = "planted secret" });
        using var taskService = app.CreateClient();
        taskService.DefaultRequestHeaders.Authorization = new("Bearer", _surroundings.Issuer.ServiceToken("taskservice", Scopes.ExportPeople));

        var task = Assert.Single((await ExportedPerson.ReadAsync(taskService, _ada))["tasks"]);

        var payload = task.GetProperty("payload");
        Assert.Equal(("planted subject", "(hidden)"), (payload.GetProperty("subject").GetString(), payload.GetProperty("secret").GetString()));
    }

    [Fact]
    public async Task Submit_AnotherOrAgain_IsRefusedOrTheSame()
    {
        var app = _surroundings.StartApp(withWorker: false, services: _fakes.AddTo);
        using var ada = app.ClientOf(_ada);
        using var other = await ada.PostAsJsonAsync("/v1/tasks", new { type = Type, payload = new { userId = PlatformId.New("usr") } });
        using var admin = app.AdminClient();
        using var nobody = await admin.PostAsJsonAsync("/v1/tasks", new { type = Type, payload = new { userId = "ada" } });
        var first = await ada.SubmitAsync(Type, new { });

        using var second = await ada.PostAsJsonAsync("/v1/tasks", new { type = Type, payload = new { }, unique = new { key = "another" } });

        await other.ProblemAsync(HttpStatusCode.Forbidden, "not_your_data");
        await nobody.ProblemAsync(HttpStatusCode.BadRequest, "invalid_payload");
        Assert.Equal((HttpStatusCode.OK, first), (second.StatusCode, (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()));
        using var bob = app.ClientOf(PlatformId.New("usr"));
        Assert.NotEqual(first, await bob.SubmitAsync(Type, new { }));
    }

    private sealed record SecretPayload(string Subject, [property: Sensitive] string Secret);

    private sealed class NoHandler : ITaskHandler<SecretPayload>
    {
        public Task<TaskOutcome> RunAsync(SecretPayload payload, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(TaskOutcome.None);
    }

    private static string? Code(JsonElement error) => error.ValueKind == JsonValueKind.Object ? error.GetProperty("code").GetString() : null;

    /// <summary>More than one chunk, also when it is packed.</summary>
    private void KeepMuch() => _fakes.Kept[ServiceNames.Notifications]["notifications"] =
        [.. Enumerable.Range(0, 3000).Select(number => new { number, title = RandomNumberGenerator.GetHexString(120) })];

    private static async Task<Dictionary<string, byte[]>> UnpackAsync(byte[] bytes)
    {
        await using var archive = await ZipArchive.CreateAsync(new MemoryStream(bytes), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null);
        var files = new Dictionary<string, byte[]>();
        foreach (var entry in archive.Entries)
        {
            await using var file = await entry.OpenAsync();
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            files.Add(entry.FullName, content.ToArray());
        }

        return files;
    }

    private static JsonElement AssertManifest(Dictionary<string, byte[]> files)
    {
        var manifest = JsonElement.Parse(files["manifest.json"]);
        Assert.Equal(
            ["userservice", "notificationservice", "privacyservice", "taskservice"], manifest.GetProperty("services").EnumerateArray().Select(name => name.GetString()!));
        var listed = manifest.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(files.Keys.Except(["manifest.json", "README.txt"]).Order(), listed.Select(file => file.GetProperty("path").GetString()!).Order());
        Assert.All(listed, file =>
        {
            var content = files[file.GetProperty("path").GetString()!];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), file.GetProperty("sha256").GetString());
            Assert.Equal((content.Length, content.Count(letter => letter == '\n')), (file.GetProperty("bytes").GetInt32(), file.GetProperty("records").GetInt32()));
        });
        return manifest;
    }

    private static List<JsonElement> Lines(Dictionary<string, byte[]> files, string path) =>
        [.. Encoding.UTF8.GetString(files[path]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
}
