using Microsoft.Net.Http.Headers;

namespace TaskService.Results;

/// <summary>A part of a result, in bytes.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>
    /// What a <c>Range</c> header asks for (RFC 9110, section 14). Several ranges, other units and what cannot be read are answered with
    /// the whole, as the RFC allows.
    /// </summary>
    public static RangeAnswer Resolve(string? header, long length, out ByteRange range)
    {
        range = new ByteRange(0, length);
        if (header is null || !RangeHeaderValue.TryParse(header, out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1)
        {
            return RangeAnswer.Whole;
        }

        var (from, to) = (parsed.Ranges.First().From, parsed.Ranges.First().To);
        if (from is null)
        {
            // The last so many bytes.
            var suffix = Math.Min(to ?? 0, length);
            range = new ByteRange(length - suffix, suffix);
            return suffix > 0 ? RangeAnswer.Part : RangeAnswer.NotSatisfiable;
        }

        if (from >= length)
        {
            return RangeAnswer.NotSatisfiable;
        }

        range = new ByteRange(from.Value, Math.Min(to ?? long.MaxValue, length - 1) - from.Value + 1);
        return RangeAnswer.Part;
    }

    /// <summary>The chunk in which a position lies, and where in it.</summary>
    public static (int Chunk, int Offset) Locate(IReadOnlyList<int> lengths, long position)
    {
        var chunk = 0;
        while (chunk < lengths.Count - 1 && position >= lengths[chunk])
        {
            position -= lengths[chunk++];
        }

        return (chunk, (int)position);
    }
}

internal enum RangeAnswer
{
    Whole,
    Part,
    NotSatisfiable,
}
