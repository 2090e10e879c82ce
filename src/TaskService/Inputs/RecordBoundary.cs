namespace TaskService.Inputs;

/// <summary>
/// Finds where records end. The upload that cuts a file into chunks and the handler that reads them use this one rule, so that they
/// cannot disagree.
/// </summary>
internal struct RecordBoundary(RecordFormat format)
{
    private bool _quoted;

    /// <summary>Where the record ends, its line feed included; -1 when more data is needed.</summary>
    /// <param name="data">What is there so far.</param>
    /// <param name="start">Where the record begins.</param>
    /// <param name="position">Where to go on looking; moved forward.</param>
    /// <param name="isLast">Whether no more data will come.</param>
    public int Find(ReadOnlySpan<byte> data, int start, ref int position, bool isLast)
    {
        var end = format == RecordFormat.Csv ? FindQuoted(data, start, ref position, isLast) : FindLine(data, ref position);
        return end < 0 && isLast && data.Length > start ? data.Length : end;
    }

    /// <summary>Begins another record.</summary>
    public void Reset() => _quoted = false;

    private static int FindLine(ReadOnlySpan<byte> data, ref int position)
    {
        var lineFeed = data[position..].IndexOf((byte)'\n');
        if (lineFeed >= 0)
        {
            return position + lineFeed + 1;
        }

        position = data.Length;
        return -1;
    }

    /// <summary>RFC 4180: a quote opens only at the beginning of a field; within quotes, line feeds are text and two quotes are one.</summary>
    private int FindQuoted(ReadOnlySpan<byte> data, int start, ref int position, bool isLast)
    {
        while (position < data.Length)
        {
            if (_quoted)
            {
                var quote = data[position..].IndexOf((byte)'"');
                if (quote < 0)
                {
                    break;
                }

                var at = position + quote;
                if (at + 1 == data.Length && !isLast)
                {
                    // Whether this closes or stands for a quote, the next byte tells.
                    position = at;
                    return -1;
                }

                var isText = at + 1 < data.Length && data[at + 1] == '"';
                _quoted = isText;
                position = at + (isText ? 2 : 1);
            }
            else
            {
                var found = data[position..].IndexOfAny((byte)'"', (byte)'\n');
                if (found < 0)
                {
                    break;
                }

                var at = position + found;
                if (data[at] == '\n')
                {
                    return at + 1;
                }

                _quoted = at == start || data[at - 1] == ',';
                position = at + 1;
            }
        }

        position = data.Length;
        return -1;
    }
}
