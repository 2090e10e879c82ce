using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.Orchestration.Proxying;
using Platform.TestKit;

namespace StandIns.Hosting.Tests.Orchestration;

public class EndpointProxyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Connect_TwoReplicas_AreTakenInTurn()
    {
        await using var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        await using var one = new LineServer("one", proxy.Targets);
        await using var two = new LineServer("two", proxy.Targets);

        var answers = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await AskAsync(proxy.Port));
        }

        Assert.Equal(5, answers.Count(answer => answer == "one"));
        Assert.Equal(5, answers.Count(answer => answer == "two"));
    }

    [Fact]
    public async Task Connect_OneOfTwoReplicasIsDead_TheOtherAnswersEveryTime()
    {
        await using var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        await using var alive = new LineServer("alive", proxy.Targets);
        proxy.Targets.Add(PortAllocator.Take());

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("alive", await AskAsync(proxy.Port));
        }
    }

    [Fact]
    public async Task Connect_WhileNothingRuns_IsHeldUntilAReplicaIsThere()
    {
        await using var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        var answer = AskAsync(proxy.Port);
        Assert.NotSame(answer, await Task.WhenAny(answer, Task.Delay(300)));

        await using var late = new LineServer("late", proxy.Targets);

        Assert.Equal("late", await answer.WaitAsync(Patience));
    }

    [Fact]
    public async Task Connect_ToAClosedResource_EndsAtOnce()
    {
        await using var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        proxy.Targets.Open(false);

        Assert.Equal("", await AskAsync(proxy.Port).WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task Connect_OverIPv6_IsServedToo()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "The machine has no IPv6.");
        await using var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        await using var server = new LineServer("six", proxy.Targets);

        Assert.Equal("six", await AskAsync(proxy.Port, IPAddress.IPv6Loopback));
    }

    [Fact]
    public async Task HalfClose_OfTheClient_StillBringsTheWholeAnswer()
    {
        await using var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        await using var server = new CountingServer(proxy.Targets);
        using var client = await ConnectAsync(proxy.Port, IPAddress.Loopback);
        var block = new byte[1024 * 1024];
        for (var i = 0; i < 64; i++)
        {
            await client.SendAsync(block, SocketFlags.None);
        }

        client.Shutdown(SocketShutdown.Send);

        Assert.Equal($"{64L * block.Length}", await ReadAllAsync(client).WaitAsync(Patience));
    }

    [Fact]
    public async Task Reset_OfTheServer_ReachesTheClientAsAReset()
    {
        await using var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        using var listener = Listen(out var port);
        proxy.Targets.Add(port);
        using var client = await ConnectAsync(proxy.Port, IPAddress.Loopback);
        await client.SendAsync("x"u8.ToArray(), SocketFlags.None);
        var server = await listener.AcceptAsync();
        await server.ReceiveAsync(new byte[1], SocketFlags.None);
        await server.SendAsync("half an ans"u8.ToArray(), SocketFlags.None);
        var buffer = new byte[100];
        Assert.Equal(11, await client.ReceiveAsync(buffer, SocketFlags.None));

        server.LingerState = new LingerOption(true, 0);
        server.Dispose();

        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(buffer, SocketFlags.None).WaitAsync(Patience));
    }

    [Fact]
    public async Task Dispose_WithOpenConnections_EndsThemAndFreesThePort()
    {
        var proxy = EndpointProxy.Listen(port: null, TimeProvider.System);
        await using var server = new CountingServer(proxy.Targets);
        using var client = await ConnectAsync(proxy.Port, IPAddress.Loopback);
        await client.SendAsync("x"u8.ToArray(), SocketFlags.None);

        await proxy.DisposeAsync().AsTask().WaitAsync(Patience);

        await Eventually.TrueAsync(() => PortAllocator.IsFree(proxy.Port), Patience, "the port is free again");
        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1], SocketFlags.None).WaitAsync(Patience));
    }

    [Fact]
    public void Listen_OnATakenPort_SaysWhoHoldsIt()
    {
        using var listener = Listen(out var port);

        var exception = Assert.Throws<PortTakenException>(() => EndpointProxy.Listen(port, TimeProvider.System));

        Assert.Contains($"Port {port} is taken", exception.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains($"(process {Environment.ProcessId})", exception.Message, StringComparison.Ordinal);
        }
    }

    private static Socket Listen(out int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return listener;
    }

    private static async Task<Socket> ConnectAsync(int port, IPAddress address)
    {
        var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(address, port));
        return client;
    }

    private static async Task<string> AskAsync(int port, IPAddress? address = null)
    {
        using var client = await ConnectAsync(port, address ?? IPAddress.Loopback);
        return await ReadAllAsync(client);
    }

    private static async Task<string> ReadAllAsync(Socket client)
    {
        var answer = new StringBuilder();
        var buffer = new byte[1024];
        while (await client.ReceiveAsync(buffer, SocketFlags.None) is > 0 and var count)
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return answer.ToString();
    }

    /// <summary>Says its name and closes.</summary>
    private sealed class LineServer(string name, ProxyTargets targets) : TestServer(targets)
    {
        protected override async Task ServeAsync(Socket client)
        {
            await client.SendAsync(Encoding.UTF8.GetBytes(name), SocketFlags.None);
            client.Shutdown(SocketShutdown.Send);
            while (await client.ReceiveAsync(new byte[100], SocketFlags.None) > 0)
            {
            }
        }
    }

    /// <summary>Says how many bytes came, when the client has sent its last.</summary>
    private sealed class CountingServer(ProxyTargets targets) : TestServer(targets)
    {
        protected override async Task ServeAsync(Socket client)
        {
            var buffer = new byte[64 * 1024];
            var total = 0L;
            while (await client.ReceiveAsync(buffer, SocketFlags.None) is > 0 and var count)
            {
                total += count;
            }

            await client.SendAsync(Encoding.UTF8.GetBytes($"{total}"), SocketFlags.None);
        }
    }

    private abstract class TestServer : IAsyncDisposable
    {
        private readonly Socket _listener;

        protected TestServer(ProxyTargets targets)
        {
            _listener = Listen(out var port);
            _ = AcceptAsync();
            targets.Add(port);
        }

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            return ValueTask.CompletedTask;
        }

        protected abstract Task ServeAsync(Socket client);

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAndCloseAsync(await _listener.AcceptAsync());
                }
            }
            catch (SocketException)
            {
                // The test is over.
            }
            catch (ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task ServeAndCloseAsync(Socket client)
        {
            using (client)
            {
                try
                {
                    await ServeAsync(client);
                }
                catch (SocketException)
                {
                    // The test is over.
                }
            }
        }
    }
}
