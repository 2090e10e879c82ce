using System.Buffers;
using System.Globalization;
using System.Text;

namespace PrivacyService.Gateway.Residuals;

/// <summary>
/// A text as whoever gets it may read it: escapes of URLs and of JSON undone, what cannot be seen left out, and look-alikes of ASCII characters as these.
/// One step of it; what is escaped twice takes two.
/// </summary>
internal static class PlainReading
{
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';
    private const int FirstMathematicalLetter = 0x1D400;
    private const int LastMathematicalLetter = 0x1D6A3;

    /// <summary>Mathematical letters come as one alphabet after the other: bold, italic, and so on.</summary>
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Escapes = SearchValues.Create("%\\");

    /// <returns>Null where it reads as it is written.</returns>
    public static string? Of(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text) && !text.ContainsAny(Escapes))
        {
            return null;
        }

        var plain = ArrayPool<char>.Shared.Rent(text.Length);
        var length = Write(text, plain);
        var reading = text.SequenceEqual(plain.AsSpan(0, length)) ? null : new string(plain, 0, length);
        ArrayPool<char>.Shared.Return(plain, clearArray: true);
        return reading;
    }

    /// <returns>How many characters were written; never more than there are in <paramref name="text"/>.</returns>
    private static int Write(ReadOnlySpan<char> text, Span<char> plain)
    {
        var length = 0;
        while (!text.IsEmpty)
        {
            var taken = text[0] switch
            {
                '%' => TakePercent(text, plain[length..], out var written) is > 0 and var percent ? Advance(percent, written) : Keep(text[0], plain),
                '\\' => TakeBackslash(text, out var character) is > 0 and var backslash ? Put(backslash, character, plain) : Keep(text[0], plain),
                < '\u0080' => Keep(text[0], plain),
                _ => Rune.DecodeFromUtf16(text, out var rune, out var units) == OperationStatus.Done && IsLookedThrough(rune, out var ascii)
                    ? ascii is { } shown ? Put(units, shown, plain) : units
                    : Keep(text[0], plain),
            };
            text = text[taken..];
        }

        return length;

        int Advance(int taken, int written)
        {
            length += written;
            return taken;
        }

        int Put(int taken, char character, Span<char> output)
        {
            output[length++] = character;
            return taken;
        }

        int Keep(char character, Span<char> output) => Put(1, character, output);
    }

    /// <summary>Percent-encoded bytes one after the other are UTF-8 (RFC 3986, section 2.5).</summary>
    private static int TakePercent(ReadOnlySpan<char> text, Span<char> plain, out int written)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var (bytes, taken) = (0, 0);
        while (bytes < utf8.Length && text.Length >= taken + 3 && text[taken] == '%'
            && byte.TryParse(text.Slice(taken + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            utf8[bytes++] = value;
            taken += 3;
            if (Rune.DecodeFromUtf8(utf8[..bytes], out var rune, out _) == OperationStatus.Done)
            {
                return rune.TryEncodeToUtf16(plain, out written) ? taken : 0;
            }
        }

        written = 0;
        return 0;
    }

    /// <summary>What a backslash and what follows it stand for in JSON (RFC 8259, section 7).</summary>
    private static int TakeBackslash(ReadOnlySpan<char> text, out char character)
    {
        character = default;
        if (text.Length >= 6 && text[1] is 'u' && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            character = (char)unit;
            return 6;
        }

        character = text.Length < 2 ? default : text[1] switch
        {
            '"' or '\\' or '/' => text[1],
            'n' or 'r' or 't' or 'b' or 'f' => ' ',
            _ => default,
        };
        return character == default ? 0 : 2;
    }

    /// <param name="rune">A character beyond ASCII.</param>
    /// <param name="ascii">What it looks like; null when it cannot be seen.</param>
    private static bool IsLookedThrough(Rune rune, out char? ascii)
    {
        ascii = null;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format)
        {
            return true;
        }

        ascii = rune.Value switch
        {
            >= FirstFullWidth and <= LastFullWidth => (char)(rune.Value - FirstFullWidth + '!'),
            >= FirstMathematicalLetter and <= LastMathematicalLetter => Letters[(rune.Value - FirstMathematicalLetter) % Letters.Length],
            _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber ? (char)('0' + (int)Rune.GetNumericValue(rune)) : null,
        };
        return ascii is not null;
    }
}
