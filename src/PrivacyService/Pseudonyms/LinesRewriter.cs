using System.Buffers;
using PrivacyService.Documents;

namespace PrivacyService.Pseudonyms;

/// <summary>NDJSON: as many lines out as in, in their order, each ended as it was.</summary>
internal static class LinesRewriter
{
    /// <summary>Enough to see what is wrong with a file; a file of nothing else is not read to its end.</summary>
    private const int MostInvalidLines = 1000;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static void Rewrite(ReadOnlySpan<byte> lines, DocumentRewriter rewriter, IBufferWriter<byte> output)
    {
        var invalid = new List<int>();
        InvalidDocumentException? first = null;
        if (lines.StartsWith(ByteOrderMark))
        {
            output.Write(ByteOrderMark);
            lines = lines[ByteOrderMark.Length..];
        }

        for (var number = 1; !lines.IsEmpty && invalid.Count < MostInvalidLines; number++)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = end < 0 ? lines : lines[..end];
            try
            {
                rewriter.Rewrite(line, mustBeObject: true, output);
            }
            catch (InvalidDocumentException exception)
            {
                first ??= exception;
                invalid.Add(number);
            }

            if (end >= 0)
            {
                output.Write("\n"u8);
            }

            lines = end < 0 ? [] : lines[(end + 1)..];
        }

        if (first is not null)
        {
            throw DocumentProblems.InvalidLines(invalid, first, more: !lines.IsEmpty);
        }
    }
}
