using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;

namespace AppHost.Tests.HttpFiles;

/// <summary>The <c>.http</c> files do what they say, from top to bottom, and leave no route of their service out.</summary>
public partial class HttpFileTests(RunningPlatform platform)
{
    /// <summary>What every service has is in UserService's file.</summary>
    private static readonly string[] EverywhereAlike = ["/guarantees", "/v1/ratelimits", "/cache", "/v1/people"];

    private static readonly Dictionary<string, string> Addresses = new()
    {
        ["http://localhost:5101"] = "userservice", ["http://localhost:5102"] = "taskservice",
        ["http://localhost:5103"] = "notificationservice", ["http://localhost:5104"] = "privacyservice",
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UserService")]
    [InlineData("TaskService")]
    [InlineData("NotificationService")]
    [InlineData("PrivacyService")]
    public async Task HttpFile_RunFromTopToBottom_AnswersAsItSays_AndHasEveryRoute(string service)
    {
        using var client = new HttpClient();
        var runner = new HttpFileRunner(client, Locate, LookUpAsync);

        await runner.RunAsync(Path.Combine(Repository.Root, "src", service, $"{service}.http"), Stop);

        using var described = platform.ClientOf(service.ToLowerInvariant());
        var document = await described.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Stop);
        Assert.Empty(
            from path in document.GetProperty("paths").EnumerateObject()
            where service == "UserService" || !EverywhereAlike.Any(start => path.Name.StartsWith(start, StringComparison.Ordinal))
            from operation in path.Value.EnumerateObject()
            let method = operation.Name.ToUpperInvariant()
            let pattern = $"^{Parameter().Replace(Regex.Escape(path.Name), "[^/]+")}$"
            where method != "HEAD" && !runner.Sent.Exists(sent => sent.Method == method && Regex.IsMatch(sent.Path, pattern))
            select $"{method} {path.Name}");
    }

    /// <summary>The tests' application listens elsewhere.</summary>
    private string Locate(string value) => Addresses.TryGetValue(value, out var service) ? platform.ClientOf(service).BaseAddress!.ToString().TrimEnd('/') : value;

    private Task<string> LookUpAsync(string variable, HttpFileRunner file) => variable switch
    {
        "adminPassword" => SecretAsync("admin-password"),
        "code" => Task.FromResult(Totp.CodeOf(file.Value("factor.response.body.$.secret"))),
        "confirmationToken" => MailedAsync(file, "Confirm your e-mail address"),
        "resetToken" => MailedAsync(file, "Reset your password"),
        _ when variable.EndsWith("Secret", StringComparison.Ordinal) => SecretAsync($"{variable[..^"Secret".Length].ToLowerInvariant()}-client-secret"),
        _ => throw new ArgumentException($"Nobody knows what '{variable}' is."),
    };

    /// <summary>As the dashboard shows it.</summary>
    private async Task<string> SecretAsync(string parameter) => await platform.App.Services.GetRequiredService<DistributedApplicationModel>().Resources
        .OfType<ParameterResource>().Single(resource => resource.Name == parameter).GetValueAsync(Stop) ?? throw new InvalidOperationException($"{parameter} has no value.");

    /// <summary>The token in the e-mail to whom the file registered.</summary>
    private static async Task<string> MailedAsync(HttpFileRunner file, string subject)
    {
        var address = file.Value("register.response.body.$.email");
        var folder = Path.Combine(Repository.Root, "artifacts", "mail");
        string? token = null;
        await Eventually.TrueAsync(
            () =>
            {
                var mail = Directory.Exists(folder)
                    ? Directory.GetFiles(folder, "*.eml").OrderDescending(StringComparer.Ordinal).Select(File.ReadAllText).FirstOrDefault(
                        text => text.Contains(address, StringComparison.OrdinalIgnoreCase) && text.Contains($"Subject: {subject}", StringComparison.Ordinal))
                    : null;
                token = mail is null ? null : Token().Match(mail.Replace("=\r\n", "", StringComparison.Ordinal)) is { Success: true } found ? found.Value : null;
                return token is not null;
            },
            TimeSpan.FromSeconds(30),
            string.Create(CultureInfo.InvariantCulture, $"the e-mail '{subject}' is there"));
        return token!;
    }

    [GeneratedRegex(@"\\\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"ot_[A-Za-z0-9_.-]+")]
    private static partial Regex Token();
}
