using System.Buffers;
using System.Text.Json;

namespace Platform.Tasks.Payloads;

/// <summary>
/// Where payloads are written that lie with their task: one for each thread. It takes no more than these may have, so that one that is larger is not
/// written whole just to be measured.
/// </summary>
internal sealed class PayloadBuffer : IBufferWriter<byte>
{
    private const int LongestKept = 64 * 1024;

    /// <summary>So much a writer asks for at most for each byte that it writes then.</summary>
    private const int LongestEscape = 6;

    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true, Encoder = PayloadJson.Options.Encoder };

    [ThreadStatic]
    private static PayloadBuffer? s_idle;

    private byte[] _bytes = new byte[512];
    private int _written;

    private PayloadBuffer() => Json = new Utf8JsonWriter(this, WriterOptions);

    public Utf8JsonWriter Json { get; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _written);

    /// <summary>It is the caller's alone until it is given back: a converter may enqueue.</summary>
    public static PayloadBuffer Rent()
    {
        var buffer = s_idle ?? new PayloadBuffer();
        s_idle = null;
        buffer._written = 0;
        buffer.Json.Reset();
        return buffer;
    }

    public void Return() => s_idle = _bytes.Length <= LongestKept ? this : s_idle;

    public void Advance(int count)
    {
        _written += count;
        if (_written > StoredPayload.LongestInline)
        {
            throw new IsLargerException();
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_written);
    }

    private void Grow(int sizeHint)
    {
        if (sizeHint / LongestEscape > StoredPayload.LongestInline)
        {
            throw new IsLargerException();
        }

        if (_bytes.Length - _written < Math.Max(sizeHint, 1))
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _written + sizeHint));
        }
    }

    /// <summary>The payload does not lie with its task.</summary>
    public sealed class IsLargerException : Exception;
}
