using System.Text.Json;
using Platform.TestKit;

namespace Platform.Benchmarks.Masking.Service;

/// <summary>What stands around the service, on a port of this process: who issues its tokens, and the upstream of its gateway.</summary>
internal sealed class Neighbours : IAsyncDisposable
{
    public const string UpstreamPath = "/upstream";

    private const int EventLength = 64;
    private const int Events = 16;

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _issuer;

    private Neighbours(WebApplication app, TokenIssuer issuer)
    {
        _app = app;
        _issuer = new HttpMessageInvoker(issuer.CreateHandler());
        app.Map(UpstreamPath + "/json", AnswerJsonAsync);
        app.Map(UpstreamPath + "/events", AnswerEventsAsync);
        app.Map("/{**path}", IssueAsync);
    }

    public string Address => _app.Urls.First();

    public static async Task<Neighbours> StartAsync(TokenIssuer issuer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var neighbours = new Neighbours(builder.Build(), issuer);
        await neighbours._app.StartAsync();
        return neighbours;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _issuer.Dispose();
    }

    private static async Task AnswerJsonAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { text = await ReadAsync(context) }));
    }

    /// <summary>The beginning of what it was sent, with its masks, in pieces: as a model that repeats its prompt would stream it.</summary>
    private static async Task AnswerEventsAsync(HttpContext context)
    {
        var text = await ReadAsync(context);
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < Events && (i + 1) * EventLength < text.Length; i++)
        {
            var delta = JsonSerializer.Serialize(new { type = "content_block_delta", delta = new { type = "text_delta", text = text.Substring(i * EventLength, EventLength) } });
            await context.Response.WriteAsync($"event: content_block_delta\ndata: {delta}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }

    private static async Task<string> ReadAsync(HttpContext context)
    {
        var body = await JsonDocument.ParseAsync(context.Request.Body);
        return body.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
    }

    private async Task IssueAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"http://issuer{context.Request.Path}{context.Request.QueryString}");
        request.Content = new StreamContent(context.Request.Body);
        if (context.Request.Headers.Authorization.ToString() is { Length: > 0 } credentials)
        {
            request.Headers.TryAddWithoutValidation("Authorization", credentials);
        }

        using var answer = await _issuer.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = "application/json";
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
