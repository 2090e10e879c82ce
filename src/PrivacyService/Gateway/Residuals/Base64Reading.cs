using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace PrivacyService.Gateway.Residuals;

/// <summary>The texts that stand in a text as Base64 or base64url (RFC 4648), whether in one line or in several (RFC 2045). What is not text, such as images, is passed over.</summary>
internal static class Base64Reading
{
    /// <summary>What is shorter holds no identifier that is looked for.</summary>
    private const int Shortest = 16;

    /// <summary>Whoever breaks lines breaks them at 64 or 76.</summary>
    private const int ShortestLine = 60;

    /// <summary>By its beginning it is seen whether it is text at all.</summary>
    private const int Glance = 48;

    public static readonly SearchValues<char> Standard = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    public static readonly SearchValues<char> ForUrls = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Finds the next text that is written in <paramref name="alphabet"/>.</summary>
    /// <param name="rest">What was not looked at yet.</param>
    /// <param name="alphabet"><see cref="Standard"/> or <see cref="ForUrls"/>.</param>
    /// <param name="text">What it says.</param>
    public static bool TryNext(ref ReadOnlySpan<char> rest, SearchValues<char> alphabet, out string text)
    {
        while (rest.IndexOfAny(alphabet) is >= 0 and var start)
        {
            rest = rest[start..];
            var run = Run(rest, alphabet);
            var written = rest[..run];
            rest = rest[run..];
            if (run >= Shortest && TryRead(written, out text))
            {
                return true;
            }
        }

        text = "";
        return false;
    }

    private static int Run(ReadOnlySpan<char> text, SearchValues<char> alphabet)
    {
        var line = Length(text);
        var end = line;
        while (line >= ShortestLine)
        {
            var next = end;
            while (next < text.Length && text[next] is '\r' or '\n')
            {
                next++;
            }

            line = next == end ? 0 : Length(text[next..]);
            end = line == 0 ? end : next + line;
        }

        return end;

        int Length(ReadOnlySpan<char> from) => from.IndexOfAnyExcept(alphabet) is >= 0 and var length ? length : from.Length;
    }

    private static bool TryRead(ReadOnlySpan<char> written, out string text)
    {
        text = "";
        if (!TryDecode(written[..Math.Min(written.Length, Glance)], out var beginning) || !IsText(beginning))
        {
            return false;
        }

        return written.Length <= Glance ? (text = beginning).Length > 0 : TryDecode(written, out text);
    }

    private static bool TryDecode(ReadOnlySpan<char> written, out string text)
    {
        var characters = ArrayPool<char>.Shared.Rent(written.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(written.Length);
        try
        {
            var length = 0;
            foreach (var character in written)
            {
                if (character is not ('\r' or '\n'))
                {
                    characters[length++] = character switch { '+' => '-', '/' => '_', _ => character };
                }
            }

            // One character alone stands for nothing.
            length -= length % 4 == 1 ? 1 : 0;
            // What is left over of the last byte need not be zero.
            var isDecoded = Base64Url.TryDecodeFromChars(characters.AsSpan(0, length - (length % 4)), bytes, out var decoded);
            if (isDecoded && length % 4 > 0)
            {
                Span<char> last = [.. characters.AsSpan(length - (length % 4), length % 4), .. "AA"];
                isDecoded = Base64Url.TryDecodeFromChars(last[..4], bytes.AsSpan(decoded), out _);
                decoded += (length % 4) - 1;
            }

            text = isDecoded ? Encoding.UTF8.GetString(bytes, 0, decoded) : "";
            return isDecoded;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters, clearArray: true);
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    /// <summary>A character may be cut off at the end.</summary>
    private static bool IsText(string beginning) => !beginning.AsSpan().TrimEnd('\uFFFD').ContainsAnyInRange('\0', '\u0008') && !beginning.AsSpan().TrimEnd('\uFFFD').Contains('\uFFFD');
}
