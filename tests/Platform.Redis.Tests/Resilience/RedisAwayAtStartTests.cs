using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Resilience;

public sealed class RedisAwayAtStartTests
{
    [Fact]
    public async Task Start_RedisComesLater_ServiceStartsAnswersInTimeAndIsServed()
    {
        await using var server = await RedisServer.StartAsync();
        await server.KillAsync();

        var start = Stopwatch.GetTimestamp();
        await using var host = await TestHost.StartAsync(server.ConnectionString);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 2);
        Assert.Equal(HealthStatus.Unhealthy, (await host.CheckAsync()).Status);

        for (var i = 0; i < 20; i++)
        {
            start = Stopwatch.GetTimestamp();
            await host.RefusedAsync();
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 600);
        }

        await server.RestartAsync();
        await Eventually.TrueAsync(async () => await host.PingAsync() >= TimeSpan.Zero, TimeSpan.FromSeconds(3), "Redis is used");
        await Eventually.TrueAsync(
            async () => (await host.CheckAsync()).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(3), "Redis is healthy");
    }

    [Fact]
    public async Task Start_WrongPassword_IsRefusedAsSuchAndNeverShown()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await TestHost.StartAsync($"127.0.0.1:{server.Port},password=not-the-password");

        await Eventually.TrueAsync(
            async () => await host.RefusedAsync() is var _ && TellsTheReason(host), TimeSpan.FromSeconds(10), "the reason is told");
        for (var i = 0; i < 100; i++)
        {
            var refused = await host.RefusedAsync();
            Assert.DoesNotContain("not-the-password", refused.ToString(), StringComparison.Ordinal);
        }

        var health = await host.CheckAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("AuthenticationFailed", health.Description, StringComparison.Ordinal);
        Assert.Single(host.Logs.Lines, line => line.Id == 2000);
        Assert.True(host.Logs.Lines.Count(line => line.Id == 2002) <= 1);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Text.Contains("not-the-password", StringComparison.Ordinal));
    }

    private static bool TellsTheReason(TestHost host) => host.Logs.Lines.Any(
        line => line.Id == 2002 || (line.Id == 2000 && line.Text.Contains("AuthenticationFailed", StringComparison.Ordinal)));
}
