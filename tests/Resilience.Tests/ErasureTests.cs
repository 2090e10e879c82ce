using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace Resilience.Tests;

public class ErasureTests
{
    [Fact]
    public async Task Erasure_ServiceStoppedAndUserServiceKilledInTheMiddle_IsDoneWhenBothAreBack()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var platform = await DisposablePlatform.StartAsync();
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = new ByteArrayContent(Records.Ndjson(200)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        var taskId = await ada.SubmitAsync(records, cancellationToken);
        await ada.WaitForEndAsync(taskId, TimeSpan.FromSeconds(60), cancellationToken);

        // PrivacyService answers nothing, so the erasure cannot be done.
        var privacy = Assert.Single(platform.ProcessIds("privacyservice"));
        RunningProcess.Pause(privacy);
        Uri? receipt;
        using (var users = ada.ClientOf("userservice"))
        using (var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/users/me/data") { Content = JsonContent.Create(new { currentPassword = ada.Password }) })
        using (var response = await users.SendAsync(request, cancellationToken))
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            receipt = response.Headers.Location;
        }

        var killed = Assert.Single(platform.ProcessIds("userservice"));
        RunningProcess.Kill(killed);
        RunningProcess.Kill(privacy);
        await platform.WaitForRestartAsync("userservice", killed, cancellationToken);
        await platform.WaitForRestartAsync("privacyservice", privacy, cancellationToken);

        using var anybody = platform.ClientOf("userservice");
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await anybody.GetAsync(receipt, cancellationToken);
                return response.IsSuccessStatusCode
                    && (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("state").GetString() == "done";
            },
            TimeSpan.FromSeconds(60), "the erasure is done");
        var dump = await RedisDump.ReadAllAsync(await platform.RedisAsync(cancellationToken), [0, 1, 2, 3]);
        Assert.All([ada.Email, taskId, "person7@example.com", "privacy:subject:"], trace => Assert.DoesNotContain(trace, dump, StringComparison.Ordinal));
    }
}
