using System.Buffers;

namespace TaskService.Inputs;

/// <summary>
/// Cuts a file of records, as it comes in, into chunks that end where a record ends. Holds one chunk and one record at most.
/// </summary>
internal sealed class RecordSplitter(
    RecordFormat format, int chunkBytes = RecordSplitter.DefaultChunkBytes, int chunkRecords = RecordSplitter.DefaultChunkRecords,
    int recordBytes = RecordSplitter.DefaultRecordBytes) : IDisposable
{
    public const int DefaultChunkBytes = 64 * 1024;
    public const int DefaultChunkRecords = 100;
    public const int DefaultRecordBytes = 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2 * DefaultChunkBytes);
    private RecordBoundary _boundary = new(format);
    private bool _headerExpected = format == RecordFormat.Csv;
    private bool _markChecked;
    private bool _isLast;
    private int _chunkStart;
    private int _recordStart;
    private int _position;
    private int _length;
    private int _records;
    private long _line = 1;

    /// <summary>Takes in data; call <see cref="TryTake"/> until it has no more chunks before the next call.</summary>
    /// <returns>How much was taken.</returns>
    public int Fill(ReadOnlySpan<byte> data)
    {
        MakeRoom();
        var taken = Math.Min(data.Length, _buffer.Length - _length);
        data[..taken].CopyTo(_buffer.AsSpan(_length));
        _length += taken;
        return taken;
    }

    /// <summary>No more data will come: the last record needs no line feed.</summary>
    public void Complete() => _isLast = true;

    /// <summary>The next chunk, if there is a whole one. Its bytes are valid until the next call of <see cref="Fill"/>.</summary>
    public bool TryTake(out RecordChunk chunk)
    {
        chunk = default;
        if (!SkipByteOrderMark())
        {
            return false;
        }

        var data = _buffer.AsSpan(0, _length);
        while (true)
        {
            var end = _boundary.Find(data, _recordStart, ref _position, _isLast);
            var recordEnd = end < 0 ? _length : end;
            if (recordEnd - _recordStart > recordBytes)
            {
                throw new RecordTooLongException(_line + data[_chunkStart.._recordStart].Count((byte)'\n'), recordBytes);
            }

            if (end < 0)
            {
                return _isLast && _recordStart > _chunkStart && Take(_recordStart, out chunk);
            }

            if (_records > 0 && end - _chunkStart > chunkBytes)
            {
                // The record begins the next chunk.
                return Take(_recordStart, out chunk);
            }

            var isBlank = IsBlank(data[_recordStart..end]);
            _records += isBlank ? 0 : 1;
            Begin(end);
            if (_headerExpected && !isBlank)
            {
                _headerExpected = false;
                _records = 0;
                return Take(end, out chunk);
            }

            if (_records == chunkRecords || end - _chunkStart >= chunkBytes)
            {
                return _headerExpected
                    ? throw InputException.Header("The file begins with blank lines. Begin it with the names of the columns.")
                    : Take(end, out chunk);
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    public static bool IsBlank(ReadOnlySpan<byte> record) => !record.ContainsAnyExcept(" \t\r\n"u8);

    private bool Take(int end, out RecordChunk chunk)
    {
        chunk = new RecordChunk(_buffer.AsMemory(_chunkStart, end - _chunkStart), _line, _records);
        _line += chunk.Bytes.Span.Count((byte)'\n');
        _chunkStart = end;
        _records = 0;
        Begin(end);
        return true;
    }

    private void Begin(int start)
    {
        _recordStart = start;
        _position = start;
        _boundary.Reset();
    }

    private bool SkipByteOrderMark()
    {
        if (_markChecked)
        {
            return true;
        }

        if (_length < 3 && !_isLast)
        {
            return false;
        }

        _markChecked = true;
        if (_buffer.AsSpan(0, _length).StartsWith("\uFEFF"u8))
        {
            _chunkStart = 3;
            Begin(3);
        }

        return true;
    }

    private void MakeRoom()
    {
        if (_chunkStart > 0)
        {
            _buffer.AsSpan(_chunkStart, _length - _chunkStart).CopyTo(_buffer);
            _length -= _chunkStart;
            _recordStart -= _chunkStart;
            _position -= _chunkStart;
            _chunkStart = 0;
        }

        if (_length == _buffer.Length)
        {
            // Bounded: a record that does not end within its limit was refused before.
            var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}

/// <param name="Bytes">Whole records.</param>
/// <param name="FirstLine">The line of the file at which it begins, from 1.</param>
/// <param name="Records">How many records it holds: blank lines, and the header of a CSV file, are none.</param>
internal readonly record struct RecordChunk(ReadOnlyMemory<byte> Bytes, long FirstLine, int Records);

internal sealed class RecordTooLongException(long line, int limit) : Exception($"The record at line {line} is longer than {limit} bytes.")
{
    public long Line { get; } = line;
}
