using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Platform.TestKit;

namespace AppHost.Tests;

/// <summary>How soon the end of a session is the end everywhere, over real processes.</summary>
public class SessionEndTests(RunningPlatform platform)
{
    private const int Rounds = 5;
    private const int RecordCount = 50_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    /// <summary>How long after the end each service is asked: well beyond what is allowed, so that a late acceptance is seen.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(1200);

    /// <summary>What a signed-in person gets there; the last has no such pseudonym, and says so.</summary>
    private static readonly (string Service, string Path, HttpStatusCode Accepted)[] Routes =
    [
        ("userservice", "/v1/users/me", HttpStatusCode.OK), ("taskservice", "/v1/tasks", HttpStatusCode.OK),
        ("notificationservice", "/v1/notifications", HttpStatusCode.OK), ("privacyservice", "/v1/pseudonyms/psn_0", HttpStatusCode.NotFound),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_Ended_IsRefusedInAllServicesAndItsStreamsCloseWithinHalfASecond()
    {
        var ada = await platform.SignInAsync(Stop);
        var file = Records.Ndjson(RecordCount);
        for (var round = 0; round < Rounds; round++)
        {
            // A long task each time, so that its stream does not end by itself.
            using var records = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
            var taskId = await ada.SubmitAsync(records, Stop);
            var device = await ada.SignInAgainAsync(Stop);
            await Task.WhenAll(Routes.Select(async route => Assert.Equal(route.Accepted, await StatusAsync(device, route.Service, route.Path))));
            await using var inbox = await OpenStream.OpenAsync(device, "notificationservice", "/v1/notifications/stream");
            await using var task = await OpenStream.OpenAsync(device, "taskservice", $"/v1/tasks/{taskId}/events");
            Assert.False(inbox.Ended.IsCompleted || task.Ended.IsCompleted);

            using var users = ada.ClientOf("userservice");
            using var ended = await users.DeleteAsync($"/v1/sessions/{device.SessionId}", Stop);
            var since = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
            var refused = await Task.WhenAll(Routes.Select(route => LastAcceptedAsync(device, route, since)));
            var closed = await Task.WhenAll(inbox.Ended.WaitAsync(Watched, Stop), task.Ended.WaitAsync(Watched, Stop));

            var streams = closed.Select(at => at - since < 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(since, at)).ToArray();
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"Round {round + 1}: last accepted {string.Join(", ", Routes.Zip(refused, (route, at) => $"{route.Service} {at.TotalMilliseconds:0} ms"))}"
                + $"; streams closed after {streams[0].TotalMilliseconds:0} ms (inbox) and {streams[1].TotalMilliseconds:0} ms (task).");
            Assert.All(refused.Concat(streams), delay => Assert.InRange(delay, TimeSpan.Zero, Longest));
            await CancelAsync(ada, taskId);
        }
    }

    /// <returns>When the last request that was still accepted was sent, after the end; zero where none was.</returns>
    private static async Task<TimeSpan> LastAcceptedAsync(Person device, (string Service, string Path, HttpStatusCode Accepted) route, long since)
    {
        var last = TimeSpan.Zero;
        var refusals = 0;
        for (var sent = Stopwatch.GetElapsedTime(since); sent < Watched; sent = Stopwatch.GetElapsedTime(since))
        {
            var status = await StatusAsync(device, route.Service, route.Path);
            Assert.True(status == route.Accepted || status == HttpStatusCode.Unauthorized, $"{route.Service} answered {status}.");
            (last, refusals) = status == HttpStatusCode.Unauthorized ? (last, refusals + 1) : (sent, refusals);
        }

        Assert.NotEqual(0, refusals);
        return last;
    }

    private static async Task<HttpStatusCode> StatusAsync(Person person, string service, string path)
    {
        using var client = person.ClientOf(service);
        using var response = await client.GetAsync(path, Stop);
        return response.StatusCode;
    }

    private static async Task CancelAsync(Person ada, string taskId)
    {
        using var tasks = ada.ClientOf("taskservice");
        using var cancelled = await tasks.PostAsync($"/v1/tasks/{taskId}/cancel", null, Stop);
        Assert.True(cancelled.IsSuccessStatusCode, $"{cancelled.StatusCode}: the task was over before the streams were.");
    }

    /// <summary>A live stream, read to its end.</summary>
    private sealed class OpenStream : IAsyncDisposable
    {
        private readonly HttpClient _client;
        private readonly HttpResponseMessage _response;

        private OpenStream(HttpClient client, HttpResponseMessage response, StreamReader reader)
        {
            (_client, _response) = (client, response);
            Ended = ReadAsync(reader);
        }

        /// <summary>When the stream ended.</summary>
        public Task<long> Ended { get; }

        /// <summary>Returns when the first event is there.</summary>
        public static async Task<OpenStream> OpenAsync(Person person, string service, string path)
        {
            var client = person.ClientOf(service);
            var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
            response.EnsureSuccessStatusCode();
            var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
            while (await reader.ReadLineAsync(Stop) is { } line && !line.StartsWith("event: ", StringComparison.Ordinal))
            {
                // What stands before the first event.
            }

            return new OpenStream(client, response, reader);
        }

        public async ValueTask DisposeAsync()
        {
            _response.Dispose();
            _client.Dispose();
            await ((Task)Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private static async Task<long> ReadAsync(StreamReader reader)
        {
            using (reader)
            {
                while (await reader.ReadLineAsync(Stop) is not null)
                {
                    // Read on until it ends.
                }

                return Stopwatch.GetTimestamp();
            }
        }
    }
}
