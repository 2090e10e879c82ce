using System.Text;

namespace TaskService.Inputs;

/// <summary>One cell, and whether it stood in quotes.</summary>
internal readonly record struct CsvCell(string Text, bool IsQuoted);

/// <summary>Reads and writes the cells of a record by RFC 4180.</summary>
internal static class CsvRecord
{
    /// <param name="record">UTF-8 that was checked, with or without its line end.</param>
    /// <param name="cells">Those up to the one that is wrong.</param>
    /// <returns>
    /// False where a quote is not closed, or closed before its cell ends: rows that follow may be in the cell then, and columns elsewhere than the header
    /// says, so that what is to be replaced would stay.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> record, out List<CsvCell> cells)
    {
        cells = [];
        var rest = TrimLineEnd(record);
        while (true)
        {
            if (!rest.StartsWith((byte)'"'))
            {
                cells.Add(Plain(ref rest));
            }
            else if (Quoted(ref rest) is { } quoted)
            {
                cells.Add(quoted);
            }
            else
            {
                return false;
            }

            if (rest.IsEmpty)
            {
                return true;
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

    private static CsvCell Plain(ref ReadOnlySpan<byte> rest)
    {
        var comma = rest.IndexOf((byte)',');
        var cell = comma < 0 ? rest : rest[..comma];
        rest = rest[cell.Length..];
        return new CsvCell(Encoding.UTF8.GetString(cell), IsQuoted: false);
    }

    private static CsvCell? Quoted(ref ReadOnlySpan<byte> rest)
    {
        var text = new StringBuilder();
        rest = rest[1..];
        while (rest.IndexOf((byte)'"') is >= 0 and var quote)
        {
            text.Append(Encoding.UTF8.GetString(rest[..quote]));
            rest = rest[(quote + 1)..];
            if (!rest.StartsWith((byte)'"'))
            {
                return rest.IsEmpty || rest[0] == ',' ? new CsvCell(text.ToString(), IsQuoted: true) : null;
            }

            text.Append('"');
            rest = rest[1..];
        }

        return null;
    }
}
