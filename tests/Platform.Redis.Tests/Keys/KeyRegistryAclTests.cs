using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Keys;

public sealed class KeyRegistryAclTests
{
    [Fact]
    public async Task Acl_UserOfTheLine_DoesEverythingTheLibraryDoesAndNothingElse()
    {
        const string Password = "of-the-service";
        await using var server = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var line = KeyRegistryAcl.Render(TestKeys.Registry, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Password))));
        await admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", .. line.Split(' ')[1..]]);

        await using var host = await TestHost.StartAsync($"127.0.0.1:{server.Port},user=testservice,password={Password}");
        var stream = host.Keys.Key(TestKeys.Log, "a");
        var woken = new TaskCompletionSource();
        using (host.Events.OnWake(stream, () => woken.TrySetResult()))
        {
            await Eventually.TrueAsync(async () =>
            {
                await host.Events.AppendAsync(stream, [new("n", 1)], new EventStreamOptions(10, TimeSpan.FromMinutes(1)), default);
                return woken.Task.IsCompleted;
            }, TimeSpan.FromSeconds(5), "the channel of the service may be used");
        }

        await foreach (var entry in host.Events.ReadAsync(stream, "0-0", CancellationToken.None))
        {
            Assert.Equal(EventKind.Entry, entry.Kind);
            break;
        }

        var health = await host.CheckAsync();
        Assert.True(health.Status == HealthStatus.Healthy, $"{health.Description} {string.Join(' ', host.Logs.Lines)}");

        var foreign = await Assert.ThrowsAsync<RedisUnavailableException>(() => host.Store.ExecuteAsync(
            "test.foreign", database => database.StringGetAsync("user:session:v1:{x}"), CancellationToken.None));
        Assert.Equal(RedisUnavailableReason.NotPermitted, foreign.Reason);
        foreach (var command in (string[])["KEYS *", "FLUSHALL", "CONFIG SET maxmemory 1", "ACL LIST", "SHUTDOWN"])
        {
            var parts = command.Split(' ');
            var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => host.Store.ExecuteAsync(
                "test.dangerous", database => database.ExecuteAsync(parts[0], [.. parts[1..]]), CancellationToken.None));
            Assert.Equal(RedisUnavailableReason.NotPermitted, refused.Reason);
        }
    }
}
