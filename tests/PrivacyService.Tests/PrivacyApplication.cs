using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.TestKit;

[assembly: AssemblyFixture(typeof(RedisFixture))]

namespace PrivacyService.Tests;

/// <summary>The service on a Redis, with people and services that call it.</summary>
internal sealed class PrivacyApplication(string connectionString, params (string Name, string Value)[] settings) : WebApplicationFactory<Program>
{
    public TokenIssuer Issuer { get; } = new();

    public string KeyPrefix { get; init; } = RedisFixture.NewPrefix();

    public CollectedLogs Logs { get; } = new();

    /// <summary>What it is configured with, for another process of the same service.</summary>
    public IEnumerable<(string Name, string Value)> Settings =>
    [
        .. Issuer.SettingsOf("privacyservice").Select(setting => (setting.Key, setting.Value!)), ("ConnectionStrings:redis", connectionString),
        ("Redis:KeyPrefix", KeyPrefix), .. settings,
    ];

    public HttpClient Person(string userId) => Client(Issuer.UserToken(userId));

    public HttpClient Service(string scopes) => Client(Issuer.ServiceToken("taskservice", scopes));

    public HttpClient Client(string token)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs).SetMinimumLevel(LogLevel.Trace));
        builder.ConfigureServices(services => services.AddHttpClient(ServiceNames.Users).ConfigurePrimaryHttpMessageHandler(() => Issuer.CreateHandler()));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Issuer.Dispose();
    }
}

internal static class PrivacyCalls
{
    /// <summary>Posts JSON as it stands.</summary>
    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, string json) =>
        client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> PostLinesAsync(this HttpClient client, string query, string lines) => client.PostAsync(
        "/v1/pseudonymize" + query,
        new StringContent(lines, Encoding.UTF8, PrivacyClient.LinesMediaType),
        TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> PseudonymizeAsync(this HttpClient client, string document, string options = "", string query = "") =>
        client.PostJsonAsync("/v1/pseudonymize" + query, $$"""{"document":{{document}}{{(options.Length > 0 ? "," + options : "")}}}""");

    public static Task<HttpResponseMessage> RepersonalizeAsync(this HttpClient client, string document, string options = "", string query = "") =>
        client.PostJsonAsync("/v1/repersonalize" + query, $$"""{"document":{{document}}{{(options.Length > 0 ? "," + options : "")}}}""");

    public static async Task<JsonElement> ReadAsync(this Task<HttpResponseMessage> sent, int status = 200)
    {
        using var response = await sent;
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} instead of {status}: {body}");
        return body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
    }

    /// <summary>The problem's code, after checking what every problem has.</summary>
    public static async Task<string> ReadProblemAsync(this Task<HttpResponseMessage> sent, int status) => (await sent.ReadProblemWithDetailAsync(status)).Code;

    /// <summary>The problem's code, and what it says to change.</summary>
    public static async Task<(string Code, string Detail)> ReadProblemWithDetailAsync(this Task<HttpResponseMessage> sent, int status)
    {
        using var response = await sent;
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        var code = problem.GetProperty("code").GetString()!;
        Assert.Equal("urn:platform:problem:" + code.Replace('_', '-'), problem.GetProperty("type").GetString());
        return (code, problem.GetProperty("detail").GetString()!);
    }

    /// <summary>The document of an answer, byte for byte.</summary>
    public static string Document(this JsonElement answer) => answer.GetProperty("document").GetRawText();
}
