using System.Text.Unicode;

namespace TaskService.Inputs;

/// <summary>The first record of a CSV file: the names of its columns.</summary>
internal sealed record CsvHeader(IReadOnlyList<CsvCell> Columns, string LineEnd)
{
    private const int MostColumns = 1000;

    public static CsvHeader Parse(ReadOnlySpan<byte> chunk)
    {
        if (!Utf8.IsValid(chunk))
        {
            throw InputException.Header("It is not UTF-8. Save the file as UTF-8.");
        }

        if (!CsvRecord.TryParse(chunk.TrimStart("\r\n"u8), out var columns))
        {
            throw InputException.Header("A quote is not closed, or before its name ends. Write quotes that are text twice.");
        }

        if (columns.Count > MostColumns)
        {
            throw InputException.Header($"It names {columns.Count} columns. Send at most {MostColumns}.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++)
        {
            if (!names.Add(columns[i].Text))
            {
                var first = columns.FindIndex(other => other.Text == columns[i].Text);
                throw InputException.Header($"Columns {first + 1} and {i + 1} have the same name. Give each its own.");
            }
        }

        return new CsvHeader(columns, chunk.EndsWith("\r\n"u8) ? "\r\n" : "\n");
    }
}
