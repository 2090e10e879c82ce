using System.Globalization;
using StackExchange.Redis;

namespace StandIns.Sockets.Tests.Redis;

/// <summary>Each with a server of its own, because they break it.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ClientKill_OfAllConnections_ReconnectsAndGoesOn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await ConnectAsync(server, server.Port);
        await using var other = await ConnectAsync(server, server.Port);
        var database = client.GetDatabase();
        var heard = 0;
        await client.GetSubscriber().SubscribeAsync(RedisChannel.Literal("c"), (_, _) => Interlocked.Increment(ref heard));

        for (var round = 0; round < 3; round++)
        {
            await other.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await other.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
            await RoundTripAsync(database);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await database.PublishAsync(RedisChannel.Literal("c"), "x");
                return Volatile.Read(ref heard) > 0;
            },
            Patience,
            "the subscription is restored");
    }

    [Fact]
    public async Task ServerKilledAndRestarted_UnderLoad_NeverMixesReplies()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await ConnectAsync(server, server.Port);
        var database = client.GetDatabase();
        using var stop = new CancellationTokenSource();
        var wrong = 0;
        var good = 0;
        var workers = Enumerable.Range(0, 20).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var expected = string.Create(CultureInfo.InvariantCulture, $"{worker}:{i}");
                try
                {
                    var reply = (string?)await database.ExecuteAsync("ECHO", expected);
                    Interlocked.Increment(ref reply == expected ? ref good : ref wrong);
                }
                catch (Exception exception) when (exception is RedisException or TimeoutException)
                {
                    await Task.Yield();
                }
            }
        })).ToList();

        for (var round = 0; round < 3; round++)
        {
            var before = Volatile.Read(ref good);
            await Eventually.TrueAsync(() => Volatile.Read(ref good) > before + 1000, Patience, "commands succeed");
            await server.KillAsync();
            await server.RestartAsync();
        }

        var last = Volatile.Read(ref good);
        await Eventually.TrueAsync(() => Volatile.Read(ref good) > last + 1000, Patience, "commands succeed after the last restart");
        await stop.CancelAsync();
        await Task.WhenAll(workers).WaitAsync(Patience);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task HalfOpenConnections_AreReplaced()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var client = await ConnectAsync(server, proxy.Port);
        var database = client.GetDatabase();
        await RoundTripAsync(database);
        var accepted = proxy.Accepted;

        proxy.AbandonExisting();

        await Assert.ThrowsAnyAsync<Exception>(() => database.PingAsync());
        await RoundTripAsync(database);
        Assert.True(proxy.Accepted > accepted);
    }

    [Fact]
    public async Task PausedServer_TimesCommandsOut_AndAnswersAfterwards()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await ConnectAsync(server, server.Port);
        var database = client.GetDatabase();
        await RoundTripAsync(database);

        server.Pause();
        await Assert.ThrowsAnyAsync<Exception>(() => database.PingAsync());
        server.Resume();

        await RoundTripAsync(database);
    }

    [Theory]
    [InlineData(ProxyMode.ResetInReply)]
    [InlineData(ProxyMode.CutInReply)]
    internal async Task ConnectionBrokenInAReply_FailsThatCommand_AndReconnects(ProxyMode mode)
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var client = await ConnectAsync(server, proxy.Port);
        var database = client.GetDatabase();
        var value = new string('x', 200_000);
        await database.StringSetAsync("large", value);

        for (var round = 0; round < 3; round++)
        {
            var broken = proxy.Broken;
            proxy.Mode = mode;
            await Assert.ThrowsAnyAsync<Exception>(() => database.StringGetAsync("large"));
            await Eventually.TrueAsync(() => proxy.Broken > broken, Patience, "a reply was cut");
            proxy.Mode = ProxyMode.Forward;
            await RoundTripAsync(database);
            Assert.Equal(value, await database.StringGetAsync("large"));
        }
    }

    [Fact]
    public async Task DisposedClients_LeaveNoConnectionAndNoThread()
    {
        await using var server = await RedisServer.StartAsync();
        await using var observer = await ConnectAsync(server, server.Port);
        for (var i = 0; i < 10; i++)
        {
            using var manager = new SocketManager("leaky");
            var options = ConfigurationOptions.Parse(server.ConnectionString);
            options.ClientName = "leaky";
            options.SocketManager = manager;
            await using var client = await ConnectionMultiplexer.ConnectAsync(options);
            await client.GetDatabase().PingAsync();
            await client.GetSubscriber().PingAsync();
        }

        await Eventually.TrueAsync(
            async () => !((string?)await observer.GetDatabase().ExecuteAsync("CLIENT", "LIST"))!.Contains("leaky", StringComparison.Ordinal),
            Patience,
            "no connection is left");
        if (OperatingSystem.IsLinux())
        {
            await Eventually.TrueAsync(() => !ThreadNames().Any(name => name.StartsWith("leaky", StringComparison.Ordinal)), Patience, "no thread is left");
        }
    }

    private static IEnumerable<string> ThreadNames()
        => Directory.EnumerateDirectories("/proc/self/task").Select(task => Path.Combine(task, "comm")).Where(File.Exists).Select(File.ReadAllText);

    private static async Task<ConnectionMultiplexer> ConnectAsync(RedisServer server, int port)
    {
        var options = ConfigurationOptions.Parse(server.ConnectionString);
        options.EndPoints.Clear();
        options.EndPoints.Add("127.0.0.1", port);
        options.AsyncTimeout = 500;
        options.SyncTimeout = 500;
        options.ConnectTimeout = 1000;
        options.AbortOnConnectFail = false;
        options.AllowAdmin = true;
        options.ReconnectRetryPolicy = new LinearRetry(50);
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    private static Task RoundTripAsync(IDatabase database) => Eventually.TrueAsync(
        async () =>
        {
            var value = Guid.NewGuid().ToString();
            await database.StringSetAsync("probe", value);
            return await database.StringGetAsync("probe") == value;
        },
        Patience,
        "a value makes the round trip");
}
