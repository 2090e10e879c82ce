using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Tests.Tokens;

/// <summary>Another service of the platform, in memory, that knows UserService by its replicas only, and asks them in turn.</summary>
internal sealed class OtherService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtherService(WebApplication app) => _app = app;

    public static async Task<OtherService> StartAsync(Dictionary<string, string?> settings, TimeProvider time, params UserServiceApplication[] replicas)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = "UserService.Tests" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings)
        {
            ["Auth:Issuer"] = UserServiceApplication.Issuer,
            ["Auth:ClientId"] = "taskservice",
            ["Auth:ClientSecret"] = "secret-of-taskservice",
        });
        builder.Services.AddSingleton(time);
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient(ServiceNames.Users).ConfigurePrimaryHttpMessageHandler(() => new InTurn([.. replicas.Select(one => one.Server.CreateHandler())]));
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet("/me", (ClaimsPrincipal caller) => TypedResults.Text(caller.UserId())).RequireUser();
        await app.StartAsync();
        return new OtherService(app);
    }

    public HttpClient ClientOf(string accessToken)
    {
        var client = _app.GetTestClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        // Stopped first, as a host does: disposing alone waits for the requests that the service itself has under way.
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class InTurn(HttpMessageHandler[] handlers) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker[] _replicas = [.. handlers.Select(handler => new HttpMessageInvoker(handler))];
        private int _asked;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _replicas[(uint)Interlocked.Increment(ref _asked) % _replicas.Length].SendAsync(request, cancellationToken);
    }
}
