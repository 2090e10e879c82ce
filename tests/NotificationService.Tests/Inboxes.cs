using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.TestKit;
using Shared;

namespace NotificationService.Tests;

/// <summary>The service on a Redis, with people and services that call it.</summary>
internal sealed class Inboxes : WebApplicationFactory<Program>
{
    private readonly string _connectionString;
    private readonly string _keyPrefix;

    private readonly Dictionary<string, string?> _settings;

    public Inboxes(string connectionString, string? keyPrefix = null, Dictionary<string, string?>? settings = null)
    {
        _connectionString = connectionString;
        _settings = settings ?? [];
        _keyPrefix = keyPrefix ?? RedisFixture.NewPrefix();
    }

    public TokenIssuer Issuer { get; } = new();

    public string KeyPrefix => _keyPrefix;

    public LogCollector Logs { get; } = new();

    public HttpClient Person(string userId) => Client(Issuer.UserToken(userId));

    public HttpClient Sender(string service = "taskservice") => Client(Issuer.ServiceToken(service, Scopes.SendNotifications));

    public HttpClient Client(string token)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<NotificationResponse> SendAsync(string userId, string title, string? dedupeKey = null)
    {
        using var sender = Sender();
        using var response = await sender.PostAsJsonAsync(
            "/v1/notifications", new SendNotificationRequest(userId, "task.completed", title, DedupeKey: dedupeKey), JsonSerializerOptions.Web);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<NotificationResponse>(JsonSerializerOptions.Web))!;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (name, value) in Issuer.SettingsOf("notificationservice"))
        {
            builder.UseSetting(name, value);
        }

        builder.UseSetting("ConnectionStrings:redis", _connectionString);
        builder.UseSetting("Redis:KeyPrefix", _keyPrefix);
        foreach (var (name, value) in _settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
        builder.ConfigureServices(services => services.AddHttpClient(ServiceNames.Users).ConfigurePrimaryHttpMessageHandler(() => Issuer.CreateHandler()));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Issuer.Dispose();
    }
}
