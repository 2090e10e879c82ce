using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.TestKit;

namespace AppHost.Tests;

public class ExportTests(RunningPlatform platform)
{
    [Fact]
    public async Task Export_AfterTheMainJob_HasWhatAllFourServicesKeepAndNothingSecret()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = new ByteArrayContent(Records.Ndjson(20)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        var job = await ada.SubmitAsync(records, cancellationToken);
        await ada.WaitForEndAsync(job, TimeSpan.FromSeconds(60), cancellationToken);
        await Eventually.TrueAsync(
            async () => await ada.CountNotificationsAsync(job, cancellationToken) == 1, TimeSpan.FromSeconds(10), "the submitter is told");

        using var tasks = ada.ClientOf("taskservice");
        using var submitted = await tasks.PostAsJsonAsync("/v1/tasks", new { type = "export-user-data", payload = new { } }, cancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, submitted.StatusCode);
        var id = (await submitted.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString()!;
        var export = await ada.WaitForEndAsync(id, TimeSpan.FromSeconds(60), cancellationToken);
        var archive = await tasks.GetByteArrayAsync($"/v1/tasks/{id}/result", cancellationToken);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(archive)), export.GetProperty("outcome").GetProperty("sha256").GetString());
        var files = await UnpackAsync(archive, cancellationToken);
        Assert.Contains(ada.Email, files["userservice/account.ndjson"], StringComparison.Ordinal);
        Assert.Contains(ada.SessionId, files["userservice/sessions.ndjson"], StringComparison.Ordinal);
        Assert.Contains("session.started", files["userservice/audit.ndjson"], StringComparison.Ordinal);
        Assert.Contains(job, files["notificationservice/notifications.ndjson"], StringComparison.Ordinal);
        Assert.Contains("\"values\":", files["privacyservice/pseudonyms.ndjson"], StringComparison.Ordinal);
        Assert.Contains(job, files["taskservice/tasks.ndjson"], StringComparison.Ordinal);
        Assert.Contains(id, files["taskservice/exports.ndjson"], StringComparison.Ordinal);
        Assert.All([ada.Password, ada.AccessToken, "person7@example.com"], secret => Assert.All(files.Values, file => Assert.DoesNotContain(secret, file, StringComparison.Ordinal)));
    }

    private static async Task<Dictionary<string, string>> UnpackAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await using var archive = await ZipArchive.CreateAsync(new MemoryStream(bytes), ZipArchiveMode.Read, leaveOpen: false, Encoding.UTF8, cancellationToken);
        var files = new Dictionary<string, string>();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(cancellationToken));
            files.Add(entry.FullName, await reader.ReadToEndAsync(cancellationToken));
        }

        return files;
    }
}
