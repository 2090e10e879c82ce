using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Sockets.Tests.Connections;

/// <summary>Alone, because the process's allocations are counted.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
#if DEBUG
    // Unoptimized, each asynchronous method makes its state machine an object.
    private const double MaxBytesOverTls = 512;
#else
    private const double MaxBytesOverTls = 16;
#endif

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task RoundTrips_InTheSteadyState_AllocateNothing()
    {
        // The smallest object has 24 bytes; what is less for each is the runtime's own now and then.
        const int Count = 20_000;

        var (near, far) = await ConnectedPair.CreateSocketsAsync();
        using var client = SocketConnection.Create(near);
        using var server = SocketConnection.Create(far);
        var echoing = EchoAsync(server);
        await PingAsync(client, 2_000);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await PingAsync(client, Count);
        var perOperation = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Count;

        Assert.True(perOperation < 8, $"{perOperation:0.0} B for each round trip");
        client.Dispose();
        await echoing.WaitAsync(Patience);
    }

    [Fact]
    public async Task LargeReply_OnceConsumed_GivesItsMemoryBack()
    {
        using var pool = new CountingPool();
        var options = new PipeOptions(pool, pauseWriterThreshold: long.MaxValue, useSynchronizationContext: false);
        using var pair = await ConnectedPair.CreateAsync(send: options, receive: options);
        var payload = new byte[64 * 1024 * 1024];
        Random.Shared.NextBytes(payload);
        var sending = Task.Run(() => SendAllAsync(pair.Peer, payload));

        var input = pair.Connection.Input;
        ReadResult result;
        while ((result = await input.ReadAsync()).Buffer.Length < payload.Length)
        {
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        Assert.True(result.Buffer.ToArray().AsSpan().SequenceEqual(payload));
        Assert.True(pool.Held >= payload.Length);
        input.AdvanceTo(result.Buffer.End);
        await sending;
        Assert.InRange(pool.Held, 0, 128 * 1024);

        var writing = pair.Connection.Output.WriteAsync(payload).AsTask();
        var buffer = new byte[1024 * 1024];
        for (var received = 0; received < payload.Length;)
        {
            received += await pair.Peer.ReceiveAsync(buffer.AsMemory());
        }

        await writing.WaitAsync(Patience);
        await Eventually.TrueAsync(() => pool.Held <= 256 * 1024, Patience, "what was sent is given back");

        pair.Connection.Dispose();
        await input.CompleteAsync();
        await pair.Connection.Output.CompleteAsync();
        await Eventually.TrueAsync(() => pool.Held == 0, Patience, "a closed connection holds nothing");
    }

    [Fact]
    public async Task RoundTripsOverTls_InTheSteadyState_AllocateNextToNothing()
    {
        const int Count = 5_000;

        var (near, far) = await ConnectedPair.CreateSocketsAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddHours(1));
        var serverStream = new SslStream(new NetworkStream(far, ownsSocket: true));
        var clientStream = new SslStream(new NetworkStream(near, ownsSocket: true), leaveInnerStreamOpen: false, (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString());
        await Task.WhenAll(serverStream.AuthenticateAsServerAsync(certificate), clientStream.AuthenticateAsClientAsync("localhost"));
        var client = StreamConnection.GetDuplex(clientStream, PipeOptions.Default, PipeOptions.Default);
        var server = StreamConnection.GetDuplex(serverStream, PipeOptions.Default, PipeOptions.Default);
        var echoing = EchoAsync(server);
        await PingAsync(client, 1_000);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await PingAsync(client, Count);
        var perOperation = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Count;

        Assert.Equal(((IMeasuredDuplexPipe)client).TotalBytesSent, ((IMeasuredDuplexPipe)server).TotalBytesReceived);
        Assert.True(perOperation < MaxBytesOverTls, $"{perOperation:0.0} B for each round trip");
        near.Shutdown(SocketShutdown.Both);
        await echoing.WaitAsync(Patience);
        near.Dispose();
        far.Dispose();
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[await socket.SendAsync(data)..];
        }
    }

    private static async Task PingAsync(IDuplexPipe connection, int count)
    {
        for (var i = 0; i < count; i++)
        {
            connection.Output.GetMemory(100);
            connection.Output.Advance(100);
            await connection.Output.FlushAsync();
            for (var missing = 100L; missing > 0;)
            {
                var result = await connection.Input.ReadAsync();
                missing -= result.Buffer.Length;
                connection.Input.AdvanceTo(result.Buffer.End);
            }
        }
    }

    private static async Task EchoAsync(IDuplexPipe connection)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync();
            if (result.IsCompleted)
            {
                return;
            }

            foreach (var memory in result.Buffer)
            {
                connection.Output.Write(memory.Span);
            }

            connection.Input.AdvanceTo(result.Buffer.End);
            await connection.Output.FlushAsync();
        }
    }

    private sealed class CountingPool : MemoryPool<byte>
    {
        private long _held;

        public override int MaxBufferSize => 1024 * 1024;

        public long Held => Volatile.Read(ref _held);

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Owner(this, Math.Max(minBufferSize, 4096));

        protected override void Dispose(bool disposing)
        {
            // Its buffers are the collector's.
        }

        private sealed class Owner : IMemoryOwner<byte>
        {
            private readonly CountingPool _pool;
            private int _disposed;

            public Owner(CountingPool pool, int size)
            {
                _pool = pool;
                Memory = new byte[size];
                Interlocked.Add(ref pool._held, size);
            }

            public Memory<byte> Memory { get; }

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _disposed, 1) == 0)
                {
                    Interlocked.Add(ref _pool._held, -Memory.Length);
                }
            }
        }
    }
}
