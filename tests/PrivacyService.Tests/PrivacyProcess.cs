using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Contracts;
using Platform.TestKit;

namespace PrivacyService.Tests;

/// <summary>The service as a process of its own beside one in this process: on the same Redis, for the same people. It can be killed.</summary>
internal sealed class PrivacyProcess : IAsyncDisposable
{
    private readonly WebApplication _issuer;
    private readonly Replica _replica;

    private PrivacyProcess(WebApplication issuer, Replica replica) => (_issuer, _replica) = (issuer, replica);

    public Uri Address => _replica.Client.BaseAddress!;

    public int ProcessId => _replica.ProcessId;

    public static async Task<PrivacyProcess> StartAsync(PrivacyApplication beside)
    {
        var issuer = await StartIssuerAsync(beside.Issuer);
        try
        {
            return new PrivacyProcess(issuer, await Replica.StartAsync(
                typeof(Program).Assembly.Location, [.. beside.Settings, ($"services:{ServiceNames.Users}:http:0", issuer.Urls.First())]));
        }
        catch
        {
            await issuer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls it with a token.</summary>
    public HttpClient Client(string token)
    {
        _replica.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return _replica.Client;
    }

    /// <summary><c>kill -9</c>.</summary>
    public void Kill() => _replica.Kill();

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    /// <summary>What the issuer answers, over HTTP.</summary>
    private static async Task<WebApplication> StartIssuerAsync(TokenIssuer issuer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var answers = new HttpMessageInvoker(issuer.CreateHandler());
        app.Run(async context =>
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(context.Request.Method), new Uri(issuer.Issuer + context.Request.Path + context.Request.QueryString))
            {
                Content = new StreamContent(context.Request.Body),
            };
            request.Headers.TryAddWithoutValidation("Authorization", (IEnumerable<string?>)context.Request.Headers.Authorization);
            using var answer = await answers.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await app.StartAsync();
        return app;
    }
}
