using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Sockets.Tests.Connections;

public sealed class SocketConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Traffic_BothWays_IsCounted()
    {
        using var pair = await ConnectedPair.CreateAsync();
        var connection = pair.Connection;
        await connection.Output.WriteAsync("hello"u8.ToArray());
        var buffer = new byte[16];
        Assert.Equal(5, await pair.Peer.ReceiveAsync(buffer));
        await pair.Peer.SendAsync("good day"u8.ToArray());

        var result = await connection.Input.ReadAsync();

        Assert.Equal("good day"u8.ToArray(), result.Buffer.ToArray());
        Assert.Equal(8, connection.GetCounters().BytesWaitingToBeRead);
        connection.Input.AdvanceTo(result.Buffer.GetPosition(5), result.Buffer.End);
        Assert.Equal(3, connection.GetCounters().BytesWaitingToBeRead);
        Assert.Equal(0, connection.GetCounters().BytesWaitingToBeSent);
        Assert.Equal(0, connection.GetCounters().BytesAvailableOnSocket);
        Assert.Equal(8, connection.BytesRead);
        Assert.Equal(8, connection.LastReceived);
        Assert.Equal(5, connection.BytesSent);
        Assert.Equal(5, ((IMeasuredDuplexPipe)connection).TotalBytesSent);
        Assert.Equal(PipeShutdownKind.None, connection.ShutdownKind);
    }

    [Fact]
    public async Task Read_OfHalfAMessage_KeepsItUntilTheRestComes()
    {
        using var pair = await ConnectedPair.CreateAsync();
        var input = pair.Connection.Input;
        var expected = new List<byte>();
        for (byte i = 0; i < 100; i++)
        {
            expected.Add(i);
            await pair.Peer.SendAsync(new[] { i });
            var result = await input.ReadAsync().AsTask().WaitAsync(Patience);
            Assert.Equal(expected, result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            Assert.False(input.TryRead(out _));
        }
    }

    [Fact]
    public async Task PeerCloses_AfterData_GivesDataThenTheEnd()
    {
        using var pair = await ConnectedPair.CreateAsync();
        await pair.Peer.SendAsync("bye"u8.ToArray());
        pair.Peer.Shutdown(SocketShutdown.Both);

        var input = pair.Connection.Input;
        var result = await input.ReadAsync();
        Assert.Equal(3, result.Buffer.Length);
        input.AdvanceTo(result.Buffer.End);
        result = await input.ReadAsync().AsTask().WaitAsync(Patience);

        Assert.True(result.IsCompleted);
        Assert.True(result.Buffer.IsEmpty);
        Assert.Equal(PipeShutdownKind.ReadEndOfStream, pair.Connection.ShutdownKind);
    }

    [Fact]
    public async Task PeerResets_DuringRead_SaysSo()
    {
        using var pair = await ConnectedPair.CreateAsync();
        var reading = pair.Connection.Input.ReadAsync().AsTask();

        pair.ResetPeer();

        await Assert.ThrowsAsync<ConnectionResetException>(() => reading.WaitAsync(Patience));
        await Assert.ThrowsAsync<ConnectionResetException>(() => pair.Connection.Input.ReadAsync().AsTask());
        Assert.Equal(PipeShutdownKind.ReadSocketError, pair.Connection.ShutdownKind);
        Assert.Equal(SocketError.ConnectionReset, pair.Connection.SocketError);
    }

    [Fact]
    public async Task PeerResets_DuringSend_FailsTheWriterSoon()
    {
        using var pair = await ConnectedPair.CreateAsync();
        pair.ResetPeer();

        var failure = await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (!(await pair.Connection.Output.WriteAsync(new byte[100_000]).AsTask().WaitAsync(Patience)).IsCompleted)
            {
            }
        });

        Assert.IsType<ConnectionResetException>(failure);
    }

    [Fact]
    public async Task Dispose_DuringRead_EndsItWithoutError()
    {
        using var pair = await ConnectedPair.CreateAsync();
        var reading = pair.Connection.Input.ReadAsync().AsTask();

        pair.Connection.Dispose();

        Assert.True((await reading.WaitAsync(Patience)).IsCompleted);
        Assert.Equal(PipeShutdownKind.PipeDisposed, pair.Connection.ShutdownKind);
        Assert.Equal(0, await pair.Peer.ReceiveAsync(new byte[1]).WaitAsync(Patience));
    }

    [Fact]
    public async Task OutputCompleted_SendsAllThenEndsTheStream()
    {
        using var pair = await ConnectedPair.CreateAsync();
        await pair.Connection.Output.WriteAsync(new byte[1000]);
        await pair.Connection.Output.CompleteAsync();

        var received = 0;
        int bytes;
        while ((bytes = await pair.Peer.ReceiveAsync(new byte[4096]).WaitAsync(Patience)) != 0)
        {
            received += bytes;
        }

        Assert.Equal(1000, received);
        Assert.Equal(PipeShutdownKind.WriteEndOfStream, pair.Connection.ShutdownKind);
    }

    [Fact]
    public async Task CancelPendingRead_ThenRead_LosesNothing()
    {
        using var pair = await ConnectedPair.CreateAsync();
        var input = pair.Connection.Input;
        for (byte i = 0; i < 50; i++)
        {
            var reading = input.ReadAsync().AsTask();
            input.CancelPendingRead();
            var result = await reading.WaitAsync(Patience);
            Assert.True(result.IsCanceled);
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);

            await pair.Peer.SendAsync(new[] { i });
            result = await input.ReadAsync().AsTask().WaitAsync(Patience);
            Assert.Equal([i], result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.End);
        }

        input.CancelPendingRead();
        Assert.True((await input.ReadAsync()).IsCanceled);
    }

    [Fact]
    public async Task ReadToken_Canceled_EndsTheReadOnly()
    {
        using var pair = await ConnectedPair.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        var reading = pair.Connection.Input.ReadAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience));
        await pair.Peer.SendAsync(new byte[] { 7 });
        Assert.Equal([7], (await pair.Connection.Input.ReadAsync().AsTask().WaitAsync(Patience)).Buffer.ToArray());
    }

    [Fact]
    public async Task ReaderThatBlocks_InItsContinuation_StillGetsWhatItWaitsFor()
    {
        using var pair = await ConnectedPair.CreateAsync();
        var input = pair.Connection.Input;
        var consumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = ReadAndBlockAsync();

        await pair.Peer.SendAsync(new byte[] { 1 });
        await consumed.Task.WaitAsync(Patience);
        await pair.Peer.SendAsync(new byte[] { 2 });

        Assert.Equal(2, await first.WaitAsync(Patience));

        async Task<int> ReadAndBlockAsync()
        {
            input.AdvanceTo((await input.ReadAsync().ConfigureAwait(false)).Buffer.End);
            consumed.SetResult();
#pragma warning disable xUnit1031 // Blocking is what is tested.
            return input.ReadAsync().AsTask().Result.Buffer.FirstSpan[0];
#pragma warning restore xUnit1031
        }
    }

    [Fact]
    public async Task Flush_WhilePeerDoesNotRead_WaitsAndGoesOn()
    {
        using var pair = await ConnectedPair.CreateAsync(send: new PipeOptions(pauseWriterThreshold: 65536, resumeWriterThreshold: 32768));
        var payload = new byte[32 * 1024 * 1024];
        Random.Shared.NextBytes(payload);
        var writing = pair.Connection.Output.WriteAsync(payload).AsTask();
        Assert.False(writing.IsCompleted);
        Assert.True(pair.Connection.GetCounters().BytesWaitingToBeSent > 0);

        var received = new byte[payload.Length];
        for (var filled = 0; filled < received.Length;)
        {
            filled += await pair.Peer.ReceiveAsync(received.AsMemory(filled)).AsTask().WaitAsync(Patience);
        }

        await writing.WaitAsync(Patience);
        Assert.True(payload.AsSpan().SequenceEqual(received));
        await Eventually.TrueAsync(
            () => pair.Connection.GetCounters().BytesWaitingToBeSent == 0, Patience, "everything is counted as sent");
    }

    [Fact]
    public async Task Connection_KeepsNoAmbientContext_OfWhoeverUsedIt()
    {
        using var pair = await ConnectedPair.CreateAsync();
        var weak = await UseAsync(pair);

        await Eventually.TrueAsync(
            () =>
            {
                GC.Collect();
                return !weak.IsAlive;
            },
            Patience,
            "the caller's context is collected");

        static async Task<WeakReference> UseAsync(ConnectedPair pair)
        {
            var local = new AsyncLocal<object?> { Value = new object() };
            var weak = new WeakReference(local.Value);
            for (var i = 0; i < 3; i++)
            {
                await pair.Connection.Output.WriteAsync(new byte[10]).ConfigureAwait(false);
                await pair.Peer.ReceiveAsync(new byte[10]).ConfigureAwait(false);
            }

            local.Value = null;
            return weak;
        }
    }
}
