using System.IO.Pipelines;
using Pipelines.Sockets.Unofficial.Internal;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Streams as pipes: for TLS, where the bytes of the socket are not those of the conversation.</summary>
public static class StreamConnection
{
    /// <summary>A pair of pipes over a stream that reads and writes.</summary>
    public static IDuplexPipe GetDuplex(Stream stream, PipeOptions? pipeOptions = null, string? name = null)
        => GetDuplex(stream, pipeOptions, pipeOptions, name);

    /// <summary>A pair of pipes over a stream that reads and writes.</summary>
    public static IDuplexPipe GetDuplex(
        Stream stream, PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Require(stream.CanRead, "read");
        Require(stream.CanWrite, "write");
        return new StreamDuplexPipe(
            stream, sendPipeOptions ?? PipeOptions.Default, receivePipeOptions ?? PipeOptions.Default, name);
    }

    /// <summary>A pipe reader over a stream.</summary>
    public static PipeReader GetReader(Stream stream, PipeOptions? pipeOptions = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Require(stream.CanRead, "read");
        _ = name;
        return new ReceiveReader(
            new StreamTransport(stream, sends: false, receives: true), pipeOptions ?? PipeOptions.Default);
    }

    private static void Require(bool able, string verb)
    {
        if (!able)
        {
            throw new InvalidOperationException($"The stream cannot {verb}.");
        }
    }

    private sealed class StreamDuplexPipe : IMeasuredDuplexPipe
    {
        private readonly StreamTransport _transport;
        private readonly string _name;

        public StreamDuplexPipe(Stream stream, PipeOptions send, PipeOptions receive, string? name)
        {
            _transport = new StreamTransport(stream, sends: true, receives: true);
            _name = string.IsNullOrWhiteSpace(name) ? nameof(StreamConnection) : name.Trim();
            Input = new ReceiveReader(_transport, receive);
            Output = new SendWriter(_transport, send, alwaysInline: false);
        }

        public PipeReader Input { get; }

        public PipeWriter Output { get; }

        public long TotalBytesSent => _transport.BytesSent;

        public long TotalBytesReceived => _transport.BytesReceived;

        public override string ToString() => _name;
    }
}
