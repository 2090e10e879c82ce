using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Platform.TestKit;

namespace AppHost.Tests;

public class MainJobTests(RunningPlatform platform)
{
    private static readonly TimeSpan LongestJob = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task MainJob_ThousandRecordsOverTwoReplicas_LosesAndDoublesNone()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = Content(Records.Ndjson(1000), "application/x-ndjson");

        var taskId = await ada.SubmitAsync(records, cancellationToken);
        var task = await ada.WaitForEndAsync(taskId, LongestJob, cancellationToken);

        Assert.Equal("succeeded", task.GetProperty("status").GetString());
        Assert.Equal(1000, task.GetProperty("outcome").GetProperty("records").GetInt32());
        Assert.Equal(0, task.GetProperty("outcome").GetProperty("rejected").GetInt32());
        var result = await ada.ResultAsync(taskId, cancellationToken);
        Assert.Equal(Enumerable.Range(0, 1000), Records.Numbers(result));
        Assert.DoesNotContain("@example", result, StringComparison.Ordinal);
        Assert.DoesNotContain("Person 7", result, StringComparison.Ordinal);
        Assert.Contains("\"big\":12345678901234567890.999", result, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => await ada.CountNotificationsAsync(taskId, cancellationToken) == 1, TimeSpan.FromSeconds(10), "the submitter is told once");
    }

    [Fact]
    public async Task MainJob_SampleFile_KeepsEveryRecord()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        var file = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "samples", "customers.ndjson"), cancellationToken);
        using var records = Content(file, "application/x-ndjson");

        var taskId = await ada.SubmitAsync(records, cancellationToken);
        var task = await ada.WaitForEndAsync(taskId, LongestJob, cancellationToken);

        Assert.Equal("succeeded", task.GetProperty("status").GetString());
        Assert.Equal(1000, task.GetProperty("outcome").GetProperty("records").GetInt32());
        var result = await ada.ResultAsync(taskId, cancellationToken);
        Assert.Equal(1000, result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotMatch("[A-Za-z0-9]@example[.](com|org|net)", result);
    }

    [Fact]
    public async Task MainJob_Csv_ComesBackAsCsv()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = Content("name,email,remark\r\n\"Lovelace, Ada\",ada@example.com,\"writes\nprograms\"\r\nGrace,grace@example.com,\r\n"u8.ToArray(), "text/csv");

        var taskId = await ada.SubmitAsync(records, cancellationToken, "field=name&field=email");
        var task = await ada.WaitForEndAsync(taskId, LongestJob, cancellationToken);

        Assert.Equal("succeeded", task.GetProperty("status").GetString());
        Assert.Equal(2, task.GetProperty("outcome").GetProperty("records").GetInt32());
        var result = await ada.ResultAsync(taskId, cancellationToken);
        Assert.StartsWith("name,email,remark", result, StringComparison.Ordinal);
        Assert.Contains("writes\nprograms", result, StringComparison.Ordinal);
        Assert.DoesNotContain("Lovelace", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MainJob_BadLines_AreNamedAndTheOthersDone()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = Content("{\"email\":\"a@example.com\"}\nnot json\n{\"email\":\"b@example.com\"}\n[1]\n"u8.ToArray(), "application/x-ndjson");

        var taskId = await ada.SubmitAsync(records, cancellationToken);
        var outcome = (await ada.WaitForEndAsync(taskId, LongestJob, cancellationToken)).GetProperty("outcome");

        Assert.Equal(2, outcome.GetProperty("rejected").GetInt32());
        Assert.Equal([2, 4], outcome.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("line").GetInt32()));
        Assert.Equal(2, (await ada.ResultAsync(taskId, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Progress_OverServerSentEvents_RisesToTheEnd()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = Content(Records.Ndjson(1000), "application/x-ndjson");
        var taskId = await ada.SubmitAsync(records, cancellationToken);

        var events = await ReadEventsAsync(ada, "taskservice", $"/v1/tasks/{taskId}/events", "done", cancellationToken);

        var done = events.Where(message => message.Event is "progress" or "done")
            .Select(message => message.Event == "done" ? message.Data.GetProperty("progress") : message.Data)
            .Select(progress => progress.GetProperty("done").GetInt32()).ToArray();
        Assert.Equal(done.Order(), done);
        Assert.Equal(1000, done[^1]);
    }

    [Fact]
    public async Task Stream_OpenWhileTheJobEnds_TellsAtOnce()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        var listening = ReadEventsAsync(ada, "notificationservice", "/v1/notifications/stream", "notification", cancellationToken);
        using var records = Content(Records.Ndjson(10), "application/x-ndjson");

        var taskId = await ada.SubmitAsync(records, cancellationToken);
        var events = await listening.WaitAsync(LongestJob, cancellationToken);

        Assert.Equal("state", events[0].Event);
        Assert.Contains(taskId, events[^1].Data.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_OfSomebodyElse_IsNotThere()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        var eve = await platform.SignInAsync(cancellationToken);
        using var records = Content(Records.Ndjson(3), "application/x-ndjson");
        var taskId = await ada.SubmitAsync(records, cancellationToken);
        using var tasks = eve.ClientOf("taskservice");

        foreach (var path in (string[])["", "/result", "/events"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await tasks.GetAsync($"/v1/tasks/{taskId}{path}", cancellationToken)).StatusCode);
        }
    }

    [Fact]
    public async Task Submit_UnknownType_NamesTheKnownOnes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var tasks = ada.ClientOf("taskservice");
        using var records = Content(Records.Ndjson(1), "application/x-ndjson");

        using var response = await tasks.PostAsync("/v1/tasks?type=make-coffee&field=email", records, cancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("pseudonymize-records", await response.Content.ReadAsStringAsync(cancellationToken), StringComparison.Ordinal);
    }

    private static ByteArrayContent Content(byte[] bytes, string mediaType) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private static async Task<List<(string Event, JsonElement Data)>> ReadEventsAsync(
        Person person, string service, string path, string last, CancellationToken cancellationToken)
    {
        using var client = person.ClientOf(service);
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var events = new List<(string Event, JsonElement Data)>();
        var name = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                events.Add((name, JsonDocument.Parse(line["data: ".Length..]).RootElement.Clone()));
                if (name == last)
                {
                    return events;
                }
            }
        }

        throw new InvalidOperationException($"The stream ended before '{last}' after {events.Count} events.");
    }
}
