using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Platform.Redis.Idempotency;

/// <summary>
/// A kept response: body | headers, each name length (1), name, value length (2), value | length of the body (4) | status (2). The body
/// comes first, so that it is stored from where the handler wrote it.
/// </summary>
internal readonly struct StoredAnswer
{
    private const int FootLength = sizeof(int) + sizeof(ushort);

    private readonly byte[] _bytes;
    private readonly int _bodyLength;

    private StoredAnswer(byte[] bytes, int bodyLength, int status)
    {
        _bytes = bytes;
        _bodyLength = bodyLength;
        Status = status;
    }

    public int Status { get; }

    public ReadOnlyMemory<byte> Body => _bytes.AsMemory(0, _bodyLength);

    public static void WriteTail(CapturedResponse captured, HttpResponse response, IdempotencyPolicy policy, int bodyLength)
    {
        foreach (var (name, values) in response.Headers)
        {
            if (!policy.ReplayedHeaders.Contains(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                // Longer ones would not come from a client that another server understands.
                if (value is { Length: < ushort.MaxValue / 4 })
                {
                    Write(captured, name, value);
                }
            }
        }

        var foot = captured.Append(FootLength);
        BinaryPrimitives.WriteInt32LittleEndian(foot, bodyLength);
        BinaryPrimitives.WriteUInt16LittleEndian(foot[sizeof(int)..], (ushort)response.StatusCode);
    }

    /// <summary>Reads what was opened; false when it is not whole.</summary>
    public static bool TryRead(byte[] bytes, out StoredAnswer answer)
    {
        answer = default;
        if (bytes.Length < FootLength)
        {
            return false;
        }

        var foot = bytes.AsSpan(bytes.Length - FootLength);
        var bodyLength = BinaryPrimitives.ReadInt32LittleEndian(foot);
        if (bodyLength < 0 || bodyLength > bytes.Length - FootLength)
        {
            return false;
        }

        answer = new StoredAnswer(bytes, bodyLength, BinaryPrimitives.ReadUInt16LittleEndian(foot[sizeof(int)..]));
        return true;
    }

    /// <summary>Gives a response the headers that were kept.</summary>
    public void ApplyHeaders(IHeaderDictionary headers)
    {
        var rest = _bytes.AsSpan(_bodyLength, _bytes.Length - FootLength - _bodyLength);
        while (!rest.IsEmpty)
        {
            var name = Encoding.ASCII.GetString(rest.Slice(1, rest[0]));
            rest = rest[(1 + rest[0])..];
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            headers[name] = StringValues.Concat(headers[name], Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), length)));
            rest = rest[(sizeof(ushort) + length)..];
        }
    }

    private static void Write(CapturedResponse captured, string name, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        var header = captured.Append(1 + name.Length + sizeof(ushort) + length);
        header[0] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name, header[1..]);
        BinaryPrimitives.WriteUInt16LittleEndian(header[(1 + name.Length)..], (ushort)length);
        Encoding.UTF8.GetBytes(value, header[(1 + name.Length + sizeof(ushort))..]);
    }
}
