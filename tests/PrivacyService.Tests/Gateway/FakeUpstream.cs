using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PrivacyService.Tests.Gateway;

/// <summary>A server on a port of its own that remembers every byte it was sent, and answers as it is told.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = new();

    private FakeUpstream(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public IReadOnlyCollection<Call> Calls => _calls;

    public Call Last => _calls.Last();

    /// <summary>What it answers with; the body it was sent when not set.</summary>
    public Func<HttpContext, string, Task> Answer { get; set; } = (context, body) =>
    {
        context.Response.ContentType = context.Request.ContentType;
        return context.Response.WriteAsync(body);
    };

    public static async Task<FakeUpstream> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var upstream = new FakeUpstream(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            upstream._calls.Enqueue(new Call(
                context.Request.Method + " " + context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            await upstream.Answer(context, body);
        });
        await app.StartAsync();
        return upstream;
    }

    /// <summary>Answers with events whose text is what <paramref name="events"/> makes of the body, sent in pieces of <paramref name="size"/> bytes.</summary>
    public void AnswerEvents(Func<string, string> events, int size) => Answer = async (context, body) =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var piece in Encoding.UTF8.GetBytes(events(body)).Chunk(size))
        {
            await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Call(string Target, IReadOnlyDictionary<string, string> Headers, string Body);
}
