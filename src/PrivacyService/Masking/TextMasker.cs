using System.Buffers;
using System.Text;
using PrivacyService.Detection;

namespace PrivacyService.Masking;

/// <summary>Masks plain text. Everything else is copied as it stands. Not safe for concurrent use.</summary>
internal sealed class TextMasker(MaskFinder finder, MaskWriter writer)
{
    /// <summary>
    /// What is found never depends on what stands further away than this, in UTF-16 units. The longest that is looked for is a private key of
    /// 16,384 bits.
    /// </summary>
    public const int Reach = 16 * 1024;

    private readonly List<Finding> _findings = [];

    /// <summary>Masks a whole text.</summary>
    public void Mask(ReadOnlySpan<char> text, IBufferWriter<byte> output) => Mask(text, 0, isLast: true, output);

    /// <summary>Masks what is sure of a piece of a text.</summary>
    /// <param name="text">The piece, and up to <see cref="Reach"/> of what was masked before it.</param>
    /// <param name="from">Where the piece begins.</param>
    /// <param name="isLast">Whether nothing follows; else the end waits, because it may be the beginning of something.</param>
    /// <param name="output">Gets the masked text.</param>
    /// <returns>How far it was masked.</returns>
    public int Mask(ReadOnlySpan<char> text, int from, bool isLast, IBufferWriter<byte> output)
    {
        finder.Find(text, _findings);
        var end = isLast ? text.Length : Math.Max(from, text.Length - Reach);
        if (!isLast && end > from && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        var copied = from;
        foreach (var finding in _findings)
        {
            if (finding.End > end)
            {
                end = Math.Max(copied, Math.Min(end, finding.Start));
                break;
            }

            if (finding.End <= from || writer.Leaves(finding, text[finding.Start..finding.End], out var mode))
            {
                continue;
            }

            var start = Math.Max(from, finding.Start);
            Write(text[copied..start], output);
            writer.WriteText(finding, mode, text[start..finding.End], output, isAfterDigit: start > 0 && char.IsAsciiDigit(text[start - 1]));
            copied = finding.End;
        }

        Write(text[copied..end], output);
        return end;
    }

    private static void Write(ReadOnlySpan<char> text, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(text, output);
}
