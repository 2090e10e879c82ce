using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts;
using Platform.TestKit;

namespace ServiceDefaults.Tests;

/// <summary>A service that has the defaults and the endpoints that a test gives it.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestService(WebApplication app, TokenIssuer issuer)
    {
        _app = app;
        Issuer = issuer;
    }

    public TokenIssuer Issuer { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestService> StartAsync(
        Action<IEndpointRouteBuilder>? map = null,
        Action<WebApplicationBuilder>? configure = null,
        string environment = "Development",
        Func<TokenIssuer, HttpMessageHandler>? userService = null)
    {
        var issuer = new TokenIssuer();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "ServiceDefaults.Tests" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(issuer.SettingsOf("taskservice"));
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient(ServiceNames.Users)
            .ConfigurePrimaryHttpMessageHandler(() => userService?.Invoke(issuer) ?? issuer.CreateHandler());
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapDefaultEndpoints();
        map?.Invoke(app);
        await app.StartAsync();
        return new TestService(app, issuer);
    }

    public HttpClient Client(string? token = null)
    {
        var client = _app.GetTestClient();
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        // Stopped first, as a host does: disposing alone waits for the requests that the service itself has under way.
        await _app.StopAsync();
        await _app.DisposeAsync();
        Issuer.Dispose();
    }
}
