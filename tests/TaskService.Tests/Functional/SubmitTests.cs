using System.Net;
using System.Net.Http.Json;
using System.Text;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class SubmitTests(RedisFixture redis, RefusingService refusing) : IClassFixture<RedisFixture>, IClassFixture<RefusingService>
{
    [Theory]
    [InlineData("type=no-such-type", "application/x-ndjson", "{}", 400, "unknown_type")]
    [InlineData("", "application/x-ndjson", "{}", 400, "missing_type")]
    [InlineData("type=pseudonymize-records", "application/x-ndjson", "{}", 400, "invalid_payload")]
    [InlineData("type=pseudonymize-records&detect=yes", "application/x-ndjson", "{}", 400, "invalid_option")]
    [InlineData("type=pseudonymize-records&filed=email&detect=true", "application/x-ndjson", "{}", 400, "invalid_option")]
    [InlineData(TaskCalls.Options, "application/x-ndjson", "", 400, "empty_body")]
    [InlineData(TaskCalls.Options, "application/x-ndjson", "\n \n", 400, "no_records")]
    [InlineData(TaskCalls.Options, "text/csv", "a,b\n", 400, "no_records")]
    [InlineData(TaskCalls.Options, "text/csv", "a,a\n1,2\n", 400, "invalid_header")]
    [InlineData("type=pseudonymize-records&field=mail&detect=true", "text/csv", "name,email\n1,2\n", 400, "unknown_field")]
    [InlineData("type=pseudonymize-records&field=email", "text/csv", "name;email\n1;2\n", 400, "unknown_field")]
    [InlineData(TaskCalls.Options, "text/plain", "{}", 415, "unsupported_media_type")]
    [InlineData(TaskCalls.Options, "not a type", "{}", 415, "unsupported_media_type")]
    [InlineData(TaskCalls.Options, "application/x-ndjson; charset=bogus", "{}", 415, "unsupported_charset")]
    [InlineData(TaskCalls.Options, "text/csv; charset=iso-8859-1", "a\n1\n", 415, "unsupported_charset")]
    [InlineData("", "multipart/form-data", "{}", 400, "invalid_form")]
    [InlineData("", "multipart/form-data; boundary=x", "no form", 400, "invalid_form")]
    [InlineData("", "multipart/form-data; boundary=x", "--x\r\n\r\n{}\r\n--x--\r\n", 400, "invalid_form")]
    [InlineData("", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=type\r\n\r\npseudonymize-records\r\n--x--\r\n", 400, "invalid_form")]
    [InlineData("", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=file; filename=a.ndjson\r\n\r\n{}", 400, "invalid_form")]
    [InlineData("", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=file; filename=a.bin\r\n\r\n{}\r\n--x--\r\n", 415, "unsupported_media_type")]
    [InlineData("", "application/json", "{", 400, "invalid_json")]
    [InlineData("", "application/json", "[]", 400, "invalid_json")]
    [InlineData("", "application/json", "{\"type\":\"pseudonymize-records\"}", 400, "invalid_json")]
    [InlineData("", "application/json", "{\"type\":\"pseudonymize-records\",\"payload\":{\"fields\":7}}", 400, "invalid_json")]
    [InlineData("", "application/json", "{\"type\":\"pseudonymize-records\",\"payload\":{\"fields\":[\"a\"],\"records\":{}}}", 400, "invalid_json")]
    [InlineData("", "application/json", "{\"type\":\"pseudonymize-records\",\"payload\":{\"fields\":[\"a\"],\"records\":[]}}", 400, "empty_body")]
    [InlineData("", "application/json", "{\"type\":\"nope\",\"payload\":{}}", 400, "unknown_type")]
    [InlineData("", "application/json", """{"type":"\ud800","payload":{}}""", 400, "invalid_json")]
    [InlineData("", "application/json", """{"type":"http-request","payload":{"\udc00":1}}""", 400, "invalid_json")]
    [InlineData("", "application/json", """{"type":"http-request","payload":{"url":"https://a.example","body":"\ud800"}}""", 400, "invalid_json")]
    [InlineData("", "application/json", """{"type":"http-request","payload":{"url":"https://a.example"},"concurrencyKey":"\ud800"}""", 400, "invalid_json")]
    [InlineData("", "application/json", """{"type":"pseudonymize-records","payload":{"fields":["a"],"records":[{"a":"\ud800"}]}}""", 400, "invalid_json")]
    [InlineData("", "application/json", "{\"type\":\"pseudonymize-records\",\"payload\":{\"fields\":[\"a\"],\"records\":[{}]},\"delya\":\"01:00:00\"}", 400, "invalid_json")]
    [InlineData("", "application/json", "{\"type\":\"pseudonymize-records\",\"payload\":{\"fields\":[\"a\"],\"records\":[{}]},\"unique\":{\"wihle\":\"queued\"}}", 400, "invalid_json")]
    [InlineData("", "application/json", "{\"type\":\"pseudonymize-records\",\"payload\":{\"fields\":[\"a\"],\"detekt\":true,\"records\":[{}]}}", 400, "invalid_json")]
    public async Task Submit_BadInput_IsRefusedAndLeavesNothing(string options, string mediaType, string body, int status, string code)
    {
        using var ada = refusing.NewClient();

        var problem = await (await ada.PostTaskAsync(options, TaskCalls.Content(Encoding.UTF8.GetBytes(body), mediaType)))
            .ProblemAsync((HttpStatusCode)status, code);

        Assert.False(string.IsNullOrEmpty(problem.GetProperty("detail").GetString()));
        if (code is "unknown_type")
        {
            Assert.Contains("pseudonymize-records", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Empty(refusing.Platform.Keys("*"));
    }

    [Fact]
    public async Task Submit_MemberThatThereIsNot_IsNamedWithThoseThatThereAre()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = platform.StartApp(withWorker: false).AdminClient();

        Assert.Contains("'delya'. Send no others than: type, payload, queue, priority, delay,", await DetailAsync(
            admin.PostTaskAsync("", JsonContent.Create(new { type = "purge-expired", payload = new { }, delya = "01:00:00" }))), StringComparison.Ordinal);
        var payload = await DetailAsync(admin.PostTaskAsync("", JsonContent.Create(new { type = "purge-expired", payload = new { dryrun_ = true } })));
        Assert.Contains("dryrun_", payload, StringComparison.Ordinal);
        Assert.Contains("It may have: dryRun.", payload, StringComparison.Ordinal);
        Assert.Contains("dryRn", await DetailAsync(admin.PostAsJsonAsync("/v1/tasks/dead/replay", new { dryRn = true })), StringComparison.Ordinal);
        Assert.Empty(platform.Keys("item"));

        static async Task<string> DetailAsync(Task<HttpResponseMessage> answer) =>
            (await (await answer).ProblemAsync(HttpStatusCode.BadRequest, "invalid_json")).GetProperty("detail").GetString()!;
    }

    [Fact]
    public async Task Submit_RecordTooLong_NamesItsLine()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");

        var problem = await (await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson($"{{}}\n{{}}\n{{\"x\":\"{new string('y', 1024 * 1024)}\"}}\n")))
            .ProblemAsync(HttpStatusCode.BadRequest, "record_too_long");

        Assert.Contains("line 3", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(platform.Keys("*"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Submit_LargerThanTheLimit_IsRefusedAndLeavesNothing(bool asForm)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, null, ("Tasks:UploadLimit", "300000")).ClientOf("usr_ada");

        // Without Content-Length: the service finds out while it reads.
        HttpContent file = new StreamedContent("application/x-ndjson", async stream => await stream.WriteAsync(Records.Ndjson(5000)));
        var content = asForm ? new MultipartFormDataContent { { file, "file", "a.ndjson" } } : file;
        await (await ada.PostTaskAsync(asForm ? "" : TaskCalls.Options, content)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "file_too_large");

        // With it: before it reads.
        await (await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.Content(Records.Ndjson(5000), "application/x-ndjson")))
            .ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "file_too_large");
        Assert.Empty(platform.Keys("*"));
    }

    [Fact]
    public async Task Submit_BrokenOff_LeavesNoTaskAndMeanwhileOnlyKeysThatExpireSoon()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");
        using var leave = new CancellationTokenSource();
        using var content = new StreamedContent("application/x-ndjson", async stream =>
        {
            await stream.WriteAsync(Records.Ndjson(5000));
            await stream.FlushAsync();
            await Task.Delay(Timeout.Infinite, leave.Token);
        });

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tasks?{TaskCalls.Options}") { Content = content };
        var upload = ada.SendAsync(request, leave.Token);
        await Eventually.TrueAsync(() => platform.Keys("input").Any(), TimeSpan.FromSeconds(30), "chunks are written");
        var lifetime = await platform.Database.KeyTimeToLiveAsync(Assert.Single(platform.Keys("*")));
        await leave.CancelAsync();

        Assert.InRange(lifetime!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        await Assert.ThrowsAnyAsync<Exception>(() => upload);
        await Eventually.TrueAsync(() => !platform.Keys("*").Any(), TimeSpan.FromSeconds(30), "the chunks are removed");
    }

    [Fact]
    public async Task Submit_SameKeyAgain_IsTheSameTaskQuotedOrBare()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        using var ada = app.ClientOf("usr_ada");
        using var bob = app.ClientOf("usr_bob");

        var id = await ada.SubmitAsync(TaskCalls.NdJson("{\"a\":1}"), idempotencyKey: "k-1");
        using var again = await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{\"a\":1}"), "\"k-1\"");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.InRange(
            DateTimeOffset.Parse(again.Headers.GetValues("Idempotency-Expires").Single(), null) - DateTimeOffset.UtcNow,
            TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));
        Assert.Equal(id, (await again.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetString());

        await (await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{\"a\":2}"), "k-1"))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        await (await ada.PostTaskAsync(TaskCalls.Options + "&detect=true", TaskCalls.NdJson("{\"a\":1}"), "k-1"))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        Assert.NotEqual(id, await bob.SubmitAsync(TaskCalls.NdJson("{\"a\":1}"), idempotencyKey: "k-1"));

        Assert.Equal(2, platform.Keys("input").Count());
        Assert.Equal(2, platform.Keys("submit-claim").Count());
        Assert.DoesNotContain(platform.Keys("*"), key => key.ToString().Contains("k-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Submit_SameKeyByManyAtOnce_IsOneTask()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ada.SubmitAsync(TaskCalls.NdJson("{}"), idempotencyKey: "same")));

        Assert.Single(ids.Distinct());
        Assert.Single(platform.Keys("item"));
        Assert.Single(platform.Keys("input"));
        Assert.Equal(1, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("é")]
    public async Task Submit_KeyThatIsNone_IsRefused(string key)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");

        await (await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{}"), key)).ProblemAsync(HttpStatusCode.BadRequest, "invalid_idempotency_key");
        await (await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{}"), new string('k', 256)))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_idempotency_key");
        Assert.Empty(platform.Keys("*"));
        await ada.SubmitAsync(TaskCalls.NdJson("{}"), idempotencyKey: new string('*', 255));
    }

    [Fact]
    public async Task Submit_Accepted_KeepsNoRecordReadable()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TaskCalls.NdJson(string.Concat(Enumerable.Repeat("{\"email\":\"ada@example.com\"}\n", 50))));

        var chunk = (byte[])(await platform.Database.ListGetByIndexAsync(platform.Key($"input:v1:{{default}}:{id}"), 0))!;
        Assert.True(chunk.Length < 400);
        Assert.DoesNotContain("ada", Encoding.Latin1.GetString(chunk), StringComparison.Ordinal);
        foreach (var key in platform.Keys("*"))
        {
            Assert.True(key.ToString().Contains("queue:", StringComparison.Ordinal) || key.ToString().Contains(":index:", StringComparison.Ordinal) || await platform.Database.KeyTimeToLiveAsync(key) is not null, key);
        }
    }
}

/// <summary>A body whose length is not known before.</summary>
internal sealed class StreamedContent : HttpContent
{
    private readonly Func<Stream, Task> _write;

    public StreamedContent(string mediaType, Func<Stream, Task> write)
    {
        _write = write;
        Headers.ContentType = new(mediaType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
