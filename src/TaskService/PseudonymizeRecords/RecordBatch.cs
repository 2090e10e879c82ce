using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using TaskService.Inputs;

namespace TaskService.PseudonymizeRecords;

/// <summary>
/// The records of one chunk as lines of JSON, which is what PrivacyService takes: NDJSON as it is, a row of a CSV file as an object of
/// its cells. Records that cannot be read are set aside.
/// </summary>
internal sealed class RecordBatch
{
    private static readonly JsonWriterOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _json;
    private readonly List<Line> _lines = [];
    private readonly List<RecordError> _errors = [];

    private RecordBatch(int capacity) => _json = new ArrayBufferWriter<byte>(capacity);

    /// <summary>How many records there were, those set aside included.</summary>
    public int Records { get; private set; }

    public int Count => _lines.Count;

    public IReadOnlyList<RecordError> Errors => _errors;

    /// <param name="header">The columns of a CSV file; null for NDJSON.</param>
    public static RecordBatch Read(OpenedChunk chunk, CsvHeader? header)
    {
        var batch = new RecordBatch(chunk.Bytes.Length + 1);
        var boundary = new RecordBoundary(header is null ? RecordFormat.NdJson : RecordFormat.Csv);
        var data = chunk.Bytes.AsSpan();
        var line = chunk.FirstLine;
        for (var start = 0; start < data.Length;)
        {
            var position = start;
            boundary.Reset();
            var end = boundary.Find(data, start, ref position, isLast: true);
            var record = data[start..end];
            if (!RecordSplitter.IsBlank(record))
            {
                batch.Records++;
                if (header is null)
                {
                    batch.AddJson(record.Trim(" \t\r\n"u8), line);
                }
                else
                {
                    batch.AddRow(record, line, header);
                }
            }

            line += record.Count((byte)'\n');
            start = end;
        }

        return batch;
    }

    public long LineOf(int index) => _lines[index].Number;

    /// <summary>The cells of a row of a CSV file, as they stood in the input.</summary>
    public IReadOnlyList<CsvCell> CellsOf(int index) => _lines[index].Cells!;

    /// <summary>Consecutive records as NDJSON.</summary>
    public ReadOnlyMemory<byte> Json(int index, int count)
    {
        var start = _lines[index].Start;
        return _json.WrittenMemory[start..(index + count == _lines.Count ? _json.WrittenCount : _lines[index + count].Start)];
    }

    private void AddJson(ReadOnlySpan<byte> record, long line)
    {
        if (Check(record, line) is { } error)
        {
            _errors.Add(error);
            return;
        }

        _lines.Add(new Line(_json.WrittenCount, line, Cells: null));
        _json.Write(record);
        _json.Write("\n"u8);
    }

    private static RecordError? Check(ReadOnlySpan<byte> record, long line)
    {
        var reader = new Utf8JsonReader(record);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new RecordError(line, "not_an_object", "The line is JSON, but not an object.");
            }

            reader.Skip();
            reader.Read();
            return Utf8.IsValid(record) ? null : new RecordError(line, "invalid_utf8", "The line is not UTF-8.");
        }
        catch (JsonException exception)
        {
            // The reader's own message quotes what it met.
            return new RecordError(line, "invalid_json", $"The line is not JSON from byte {exception.BytePositionInLine + 1} on.");
        }
    }

    private void AddRow(ReadOnlySpan<byte> record, long line, CsvHeader header)
    {
        if (!Utf8.IsValid(record))
        {
            _errors.Add(new RecordError(line, "invalid_utf8", "The row is not UTF-8."));
            return;
        }

        if (!CsvRecord.TryParse(record, out var cells))
        {
            _errors.Add(new RecordError(
                line, "misplaced_quote", $"A quote is not closed, or before its cell ends, in lines {line} to {LastLineOf(record, line)}. Write quotes that are text twice."));
            return;
        }

        if (cells.Count != header.Columns.Count)
        {
            _errors.Add(new RecordError(line, "wrong_column_count", $"The row has {cells.Count} cells, the header {header.Columns.Count}."));
            return;
        }

        _lines.Add(new Line(_json.WrittenCount, line, cells));
        using (var writer = new Utf8JsonWriter(_json, Compact))
        {
            writer.WriteStartObject();
            for (var i = 0; i < cells.Count; i++)
            {
                writer.WriteString(header.Columns[i].Text, cells[i].Text);
            }

            writer.WriteEndObject();
        }

        _json.Write("\n"u8);
    }

    private static long LastLineOf(ReadOnlySpan<byte> record, long line) => line + CsvRecord.TrimLineEnd(record).Count((byte)'\n');

    private readonly record struct Line(int Start, long Number, IReadOnlyList<CsvCell>? Cells);
}
