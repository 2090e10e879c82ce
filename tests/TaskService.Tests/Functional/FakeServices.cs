using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Notifications;
using Platform.Contracts.Privacy;

namespace TaskService.Tests.Functional;

/// <summary>
/// PrivacyService and NotificationService at the HTTP boundary: a server that speaks their contracts. Pseudonyms depend on the scope
/// and the value alone, so a repeated call gives the same answer.
/// </summary>
internal sealed class FakeServices : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WebApplication _app;

    private FakeServices(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Called with each request to pseudonymise before it is answered; a status other than 200 is the answer.</summary>
    public Func<CancellationToken, Task<int>> OnPseudonymize { get; set; } = _ => Task.FromResult(200);

    /// <summary>The status that notifications are answered with, when it is not 201.</summary>
    public Func<int> OnNotify { get; set; } = () => StatusCodes.Status201Created;

    public ConcurrentQueue<string> PseudonymizeQueries { get; } = new();

    /// <summary>What was accepted, by dedupe key; and how often each was sent.</summary>
    public ConcurrentDictionary<string, SendNotificationRequest> Notifications { get; } = new();

    public int NotificationCalls;

    public static async Task<FakeServices> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeServices(app);
        app.MapPost("/v1/pseudonymize", fake.PseudonymizeAsync);
        app.MapPost("/v1/notifications", fake.NotifyAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>What an e-mail address becomes within a task.</summary>
    public static string Pseudonym(string scope, string value) =>
        "psn_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}|{value}")).AsSpan(0, 8));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task PseudonymizeAsync(HttpContext context)
    {
        PseudonymizeQueries.Enqueue(context.Request.QueryString.Value!);
        if (context.Request.Headers.Authorization.Count == 0 || context.Request.ContentType != PrivacyClient.LinesMediaType)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var status = await OnPseudonymize(context.RequestAborted);
        if (status != 200)
        {
            context.Response.StatusCode = status;
            return;
        }

        var (scope, fields) = (context.Request.Query["scope"].ToString(), context.Request.Query["field"].ToHashSet()!);
        var (output, replaced) = (new StringBuilder(), 0);
        foreach (var line in Encoding.UTF8.GetString(body.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var record = JsonNode.Parse(line)!.AsObject();
            if (record.ContainsKey("unreadable"))
            {
                await ProblemAsync(context, 400, "invalid_line");
                return;
            }

            foreach (var (name, value) in record.ToArray())
            {
                if (fields.Contains(name) && value is JsonValue && value.GetValueKind() == JsonValueKind.String)
                {
                    record[name] = Pseudonym(scope, value.GetValue<string>());
                    replaced++;
                }
            }

            output.Append(record.ToJsonString(Relaxed)).Append('\n');
        }

        context.Response.Headers[PrivacyClient.CountHeader] = $"{replaced}";
        context.Response.Headers[PrivacyClient.ExpiresHeader] = DateTimeOffset.UtcNow.AddDays(1).ToString("O");
        context.Response.ContentType = PrivacyClient.LinesMediaType;
        await context.Response.WriteAsync(output.ToString(), context.RequestAborted);
    }

    private async Task NotifyAsync(HttpContext context)
    {
        Interlocked.Increment(ref NotificationCalls);
        var request = (await context.Request.ReadFromJsonAsync<SendNotificationRequest>())!;
        var status = OnNotify();
        if (status >= 400)
        {
            await ProblemAsync(context, status, "fake");
            return;
        }

        var added = Notifications.TryAdd(request.DedupeKey!, request);
        context.Response.StatusCode = added ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await context.Response.WriteAsJsonAsync(new NotificationResponse(
            "ntf_1", request.Category, request.Title, request.Body, request.Link, request.Data, DateTimeOffset.UtcNow, null));
    }

    private static Task ProblemAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { status, code, detail = "No." }, options: null, "application/problem+json");
    }
}
