using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Platform.ServiceDefaults.Streaming;

namespace ServiceDefaults.Tests;

public class ServerSentEventsTests
{
    [Fact]
    public async Task Stream_Messages_ArriveOneByOne()
    {
        var messages = Channel.CreateUnbounded<SseMessage>();
        await using var service = await TestService.StartAsync(Map(messages.Reader));
        using var response = await service.Client().GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("no-transform", response.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        Assert.Equal(["retry: 3000", ""], await LinesAsync(reader, 2));

        messages.Writer.TryWrite(new SseMessage("1-0", "progress", "{\"done\":1}"));
        Assert.Equal(["id: 1-0", "event: progress", "data: {\"done\":1}", ""], await LinesAsync(reader, 4));

        messages.Writer.TryWrite(new SseMessage(null, "done", "{}"));
        messages.Writer.Complete();
        Assert.Equal(["event: done", "data: {}", ""], await LinesAsync(reader, 3));
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Stream_ClientLeaves_EndsTheSource()
    {
        var ended = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(Map(Channel.CreateUnbounded<SseMessage>().Reader, ended));
        using var leaving = new CancellationTokenSource();
        var response = await service.Client().GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead, leaving.Token);

        response.Dispose();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Stream_ServiceStops_Ends()
    {
        var ended = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(Map(Channel.CreateUnbounded<SseMessage>().Reader, ended));
        using var response = await service.Client().GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead);

        await service.StopAsync().WaitAsync(TimeSpan.FromSeconds(7));

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static Action<IEndpointRouteBuilder> Map(ChannelReader<SseMessage> messages, TaskCompletionSource? ended = null) => routes =>
        routes.MapGet("/stream", () => ServerSentEvents.Stream(ReadAsync(messages, ended))).AllowAnonymous();

    private static async IAsyncEnumerable<SseMessage> ReadAsync(
        ChannelReader<SseMessage> messages, TaskCompletionSource? ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var message in messages.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }
        finally
        {
            ended?.TrySetResult();
        }
    }

    private static async Task<string[]> LinesAsync(StreamReader reader, int count)
    {
        var lines = new string[count];
        for (var i = 0; i < count; i++)
        {
            lines[i] = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)) ?? "the end";
        }

        return lines;
    }
}
