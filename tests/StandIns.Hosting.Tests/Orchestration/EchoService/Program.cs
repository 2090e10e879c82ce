using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

if (Environment.GetEnvironmentVariable("ECHO_FAILS") is { Length: > 0 } code)
{
    Console.Error.WriteLine("It cannot start today.");
    return int.Parse(code, CultureInfo.InvariantCulture);
}

if (Environment.GetEnvironmentVariable("ECHO_MISCONFIGURED") is { Length: > 0 } problem)
{
    throw new OptionsValidationException("", typeof(object), [problem]);
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = 128 * 1024 * 1024);
var app = builder.Build();
app.UseWebSockets();

app.MapGet("/", () => Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
app.MapGet("/environment/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
app.MapGet("/health", () => Results.StatusCode(File.Exists(Environment.GetEnvironmentVariable("ECHO_SICK_FILE")) ? 503 : 200));
app.MapPost("/hash", async (HttpRequest request, CancellationToken cancellationToken) =>
    Convert.ToHexString(await SHA256.HashDataAsync(request.Body, cancellationToken)));
app.MapGet("/events", async (HttpResponse response, CancellationToken cancellationToken) =>
{
    response.ContentType = "text/event-stream";
    for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
    {
        await response.WriteAsync($"data: {i}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
        await Task.Delay(20, cancellationToken);
    }
});
app.MapGet("/socket", async (HttpContext context) =>
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    var buffer = new byte[4096];
    while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
    {
        await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
    }

    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
});

await app.RunAsync();
return 0;
