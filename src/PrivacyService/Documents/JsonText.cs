using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PrivacyService.Documents;

/// <summary>The text of JSON strings: between the bytes as written and what they mean.</summary>
internal static class JsonText
{
    public const int MaxDepth = 64;

    /// <summary>An escaped character such as <c>\u001f</c> is the longest that one byte becomes.</summary>
    public const int LongestEscape = 6;

    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    public static void RequireUtf8(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new InvalidDocumentException("it is not valid UTF-8");
        }
    }

    /// <summary>The reader's own words may quote the document; its position does not.</summary>
    public static InvalidDocumentException Malformed(JsonException exception) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"it is malformed, or nested deeper than {MaxDepth}, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}"));

    /// <summary>What the string or property name under the reader means.</summary>
    public static int Decode(ref Utf8JsonReader reader, scoped Span<char> text)
    {
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetChars(reader.ValueSpan, text);
        }

        try
        {
            return reader.CopyString(text);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDocumentException(string.Create(
                CultureInfo.InvariantCulture, $"a string at byte {reader.TokenStartIndex + 1} has half a surrogate pair"));
        }
    }

    /// <summary>
    /// Undoes the escapes in a piece of a string that a reader has accepted.
    /// </summary>
    /// <returns>The length, and whether the piece was written in the plainest way.</returns>
    public static (int Length, bool Plain) Unescape(ReadOnlySpan<byte> written, Span<byte> utf8)
    {
        var length = 0;
        var plain = true;
        while (written.IndexOf((byte)'\\') is >= 0 and var offset)
        {
            written[..offset].CopyTo(utf8[length..]);
            length += offset;
            written = written[offset..];
            if (written[1] != 'u')
            {
                plain &= written[1] != '/';
                utf8[length++] = Named(written[1]);
                written = written[2..];
                continue;
            }

            var unit = CodeUnit(written);
            var consumed = LongestEscape;
            var rune = char.IsHighSurrogate(unit) ? new Rune(unit, CodeUnit(written[consumed..])) : new Rune(unit);
            consumed += char.IsHighSurrogate(unit) ? LongestEscape : 0;
            plain &= unit < ' ' && NameOf((byte)unit) == 0 && written[..LongestEscape].IndexOfAnyInRange((byte)'A', (byte)'F') < 0;
            length += rune.EncodeToUtf8(utf8[length..]);
            written = written[consumed..];
        }

        written.CopyTo(utf8[length..]);
        return (length + written.Length, plain);
    }

    /// <summary>Writes text in the plainest way.</summary>
    public static int Escape(ReadOnlySpan<byte> utf8, Span<byte> written)
    {
        var length = 0;
        foreach (var character in utf8)
        {
            if (character is >= (byte)' ' and not (byte)'"' and not (byte)'\\')
            {
                written[length++] = character;
                continue;
            }

            written[length++] = (byte)'\\';
            if (NameOf(character) is not 0 and var name)
            {
                written[length++] = name;
                continue;
            }

            length += EscapeUnit(character, written[length..]);
        }

        return length;
    }

    /// <summary>Writes <c>uXXXX</c>.</summary>
    public static int EscapeUnit(byte character, Span<byte> written)
    {
        "u00"u8.CopyTo(written);
        written[3] = HexDigit(character >> 4);
        written[4] = HexDigit(character & 15);
        return 5;
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[2..LongestEscape], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static byte Named(byte name) => name switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => name,
    };

    private static byte NameOf(byte character) => character switch
    {
        (byte)'\b' => (byte)'b',
        (byte)'\f' => (byte)'f',
        (byte)'\n' => (byte)'n',
        (byte)'\r' => (byte)'r',
        (byte)'\t' => (byte)'t',
        (byte)'"' or (byte)'\\' => character,
        _ => 0,
    };
}
