using System.Text;

namespace TaskService.Inputs;

/// <summary>One cell, and whether it stood in quotes.</summary>
internal readonly record struct CsvCell(string Text, bool IsQuoted);

/// <summary>Reads and writes the cells of a record by RFC 4180.</summary>
internal static class CsvRecord
{
    /// <param name="record">UTF-8 that was checked, with or without its line end.</param>
    public static List<CsvCell> Parse(ReadOnlySpan<byte> record)
    {
        var cells = new List<CsvCell>();
        var rest = TrimLineEnd(record);
        while (true)
        {
            var cell = rest.StartsWith((byte)'"') ? Quoted(ref rest) : Plain(ref rest);
            cells.Add(cell);
            if (rest.IsEmpty)
            {
                return cells;
            }

            // A comma: there is another cell, if only an empty one.
            rest = rest[1..];
        }
    }

    public static void Write(StringBuilder line, CsvCell cell)
    {
        if (cell.IsQuoted || cell.Text.AsSpan().IndexOfAny(",\"\r\n") >= 0)
        {
            line.Append('"').Append(cell.Text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            line.Append(cell.Text);
        }
    }

    public static ReadOnlySpan<byte> TrimLineEnd(ReadOnlySpan<byte> record)
    {
        if (record.EndsWith((byte)'\n'))
        {
            record = record[..^1];
        }

        return record.EndsWith((byte)'\r') ? record[..^1] : record;
    }

    private static CsvCell Plain(ref ReadOnlySpan<byte> rest) => new(Encoding.UTF8.GetString(UpToComma(ref rest)), IsQuoted: false);

    private static CsvCell Quoted(ref ReadOnlySpan<byte> rest)
    {
        var text = new StringBuilder();
        rest = rest[1..];
        while (true)
        {
            var quote = rest.IndexOf((byte)'"');
            if (quote < 0)
            {
                // Never closed: the file ended.
                text.Append(Encoding.UTF8.GetString(rest));
                rest = default;
                return new CsvCell(text.ToString(), IsQuoted: true);
            }

            text.Append(Encoding.UTF8.GetString(rest[..quote]));
            rest = rest[(quote + 1)..];
            if (!rest.StartsWith((byte)'"'))
            {
                break;
            }

            text.Append('"');
            rest = rest[1..];
        }

        // What follows a closing quote is no RFC 4180, but it is data.
        text.Append(Encoding.UTF8.GetString(UpToComma(ref rest)));
        return new CsvCell(text.ToString(), IsQuoted: true);
    }

    private static ReadOnlySpan<byte> UpToComma(ref ReadOnlySpan<byte> rest)
    {
        var comma = rest.IndexOf((byte)',');
        var cell = comma < 0 ? rest : rest[..comma];
        rest = rest[cell.Length..];
        return cell;
    }
}
