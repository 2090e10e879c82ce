using System.Buffers;
using System.Text;
using System.Text.Json;
using TaskService.Inputs;

namespace TaskService.PseudonymizeRecords;

/// <summary>Writes pseudonymised records in the format that they came in.</summary>
internal static class RecordRenderer
{
    /// <param name="json">The record as PrivacyService returned it, without a line end; or null when it was refused.</param>
    public static ReadOnlyMemory<byte> Render(RecordBatch batch, IReadOnlyList<ReadOnlyMemory<byte>?> json, CsvHeader? header)
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < json.Count; i++)
        {
            if (json[i] is not { } line)
            {
                continue;
            }

            if (header is null)
            {
                output.Write(line.Span);
                output.Write("\n"u8);
            }
            else
            {
                WriteRow(output, line.Span, batch.CellsOf(i), header);
            }
        }

        return output.WrittenMemory;
    }

    /// <summary>The lines of an answer.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> ndjson)
    {
        while (!ndjson.IsEmpty)
        {
            var end = ndjson.Span.IndexOf((byte)'\n');
            yield return end < 0 ? ndjson : ndjson[..end];
            ndjson = end < 0 ? default : ndjson[(end + 1)..];
        }
    }

    private static void WriteRow(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> json, IReadOnlyList<CsvCell> cells, CsvHeader header)
    {
        var values = Values(json, header);
        var row = new StringBuilder();
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                row.Append(',');
            }

            CsvRecord.Write(row, cells[i] with { Text = values[i] ?? "" });
        }

        row.Append(header.LineEnd);
        Encoding.UTF8.GetBytes(row.ToString(), output);
    }

    private static string?[] Values(ReadOnlySpan<byte> json, CsvHeader header)
    {
        var values = new string?[header.Columns.Count];
        var reader = new Utf8JsonReader(json);
        reader.Read();
        for (var i = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; i++)
        {
            // In the order in which they were sent, and each name occurs once: the position is the column.
            if (i >= values.Length || !reader.ValueTextEquals(header.Columns[i].Text))
            {
                throw new InvalidDataException("PrivacyService returned other properties than it was sent.");
            }

            reader.Read();
            values[i] = reader.GetString();
        }

        return values;
    }
}
