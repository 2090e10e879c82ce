using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Platform.Redis.Sealing;

namespace TaskService.Inputs;

/// <summary>
/// Packs and seals chunks of records for Redis: they hold personal data, and text packs to a fraction. The seal is bound to the task,
/// the kind and the number, so that no chunk can be passed off as another.
/// </summary>
internal sealed class ChunkSealer(SealerProvider sealers)
{
    private const int HeaderLength = 12;
    private const int Quality = 1;
    private const int Window = 18;

    private readonly ValueSealer _sealer = sealers.For("task-chunks");

    public byte[] Seal(string taskId, ChunkKind kind, int number, ReadOnlySpan<byte> chunk, long firstLine)
    {
        var packed = ArrayPool<byte>.Shared.Rent(HeaderLength + BrotliEncoder.GetMaxCompressedLength(chunk.Length));
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(packed, chunk.Length);
            BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(4), firstLine);
            if (!BrotliEncoder.TryCompress(chunk, packed.AsSpan(HeaderLength), out var length, Quality, Window))
            {
                throw new InvalidOperationException("A chunk did not fit the space that its compression was promised.");
            }

            return _sealer.Seal(packed.AsSpan(0, HeaderLength + length), Binding(taskId, kind, number));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed, clearArray: true);
        }
    }

    public OpenedChunk Open(string taskId, ChunkKind kind, int number, byte[] sealedChunk)
    {
        var packed = _sealer.Open(sealedChunk, Binding(taskId, kind, number)).AsSpan();
        var bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(packed)];
        return BrotliDecoder.TryDecompress(packed[HeaderLength..], bytes, out var length) && length == bytes.Length
            ? new OpenedChunk(bytes, BinaryPrimitives.ReadInt64LittleEndian(packed[4..]))
            : throw new InvalidDataException("A chunk of the task's data cannot be unpacked.");
    }

    private static byte[] Binding(string taskId, ChunkKind kind, int number) =>
        Encoding.UTF8.GetBytes($"{taskId}|{(kind == ChunkKind.Input ? "input" : "result")}|{number}");
}

internal enum ChunkKind
{
    Input,
    Result,
}

/// <param name="FirstLine">The line of the file at which the chunk begins, from 1; 0 in a result.</param>
internal readonly record struct OpenedChunk(byte[] Bytes, long FirstLine);
