using System.Buffers;
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Revocations;

namespace Platform.ServiceDefaults.Streaming;

internal sealed class ServerSentEventsResult(IAsyncEnumerable<SseMessage> messages) : IResult, IEndpointMetadataProvider
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/event-stream"]));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        using var caller = httpContext.User.Identity?.IsAuthenticated == true
            ? services.GetService<RevocationList>()?.Watch(httpContext.User) : null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
            caller?.Ended ?? CancellationToken.None);

        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers[HeaderNames.CacheControl] = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        try
        {
            Write(response.BodyWriter, "retry: 3000\n\n");
            await response.BodyWriter.FlushAsync(ending.Token);
            await CopyAsync(response.BodyWriter, timeProvider, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client left, its session ended or the service stops. All are how a stream ends; the client resumes with Last-Event-ID.
        }
    }

    private async Task CopyAsync(PipeWriter writer, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await using var reader = messages.GetAsyncEnumerator(cancellationToken);
        var next = reader.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (!await WaitAsync(next, timeProvider, cancellationToken))
                {
                    Write(writer, ": heartbeat\n\n");
                }
                else if (await next)
                {
                    Write(writer, reader.Current);
                    next = reader.MoveNextAsync().AsTask();
                }
                else
                {
                    return;
                }

                await writer.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            // An iterator must not be disposed of while it moves; the token that ended the stream ends the move as well.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> WaitAsync(Task next, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(HeartbeatInterval, timeProvider, waiting.Token));
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == next;
    }

    private static void Write(PipeWriter writer, SseMessage message)
    {
        if (message.Id is { } id)
        {
            WriteField(writer, "id: ", id);
        }

        WriteField(writer, "event: ", message.Event);
        WriteField(writer, "data: ", message.Data);
        Write(writer, "\n");
    }

    private static void WriteField(PipeWriter writer, string name, string value)
    {
        // A line break in a value would start a field of the sender's choosing.
        if (value.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new InvalidOperationException("A field of a server-sent event must be a single line.");
        }

        Write(writer, name);
        Write(writer, value);
        Write(writer, "\n");
    }

    private static void Write(IBufferWriter<byte> writer, string text) => Encoding.UTF8.GetBytes(text, writer);
}
