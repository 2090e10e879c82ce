using System.Buffers;
using System.Globalization;
using System.Text;

namespace PrivacyService.Detection;

/// <summary>
/// A text as whoever it is for will read it: percent signs, escapes of JSON inside JSON and references of HTML undone, several times over, without
/// what is not seen, and with plain letters and digits in the place of ornamental ones. Knows where each of its characters is written. Not safe for concurrent use.
/// </summary>
internal sealed class DecodedText : IDisposable
{
    /// <summary>Three encodings, one in the other; and once more for what they hid.</summary>
    private const int MostPasses = 4;

    private const int LongestReference = 10;
    private const int LongestUtf8 = 4;
    private const char MathematicalSurrogate = '\uD835';
    private const int FirstMathematicalLetter = 0x1D400;
    private const int FirstMathematicalDigit = 0x1D7CE;
    private const int LastMathematicalDigit = 0x1D7FF;
    private const int Letters = 26;

    /// <summary>Joiners, directions, soft hyphens, and others without a width.</summary>
    private const string Invisible = "\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200C\u200D\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\u3164\uFE00\uFE01\uFE02\uFE03\uFE04\uFE05\uFE06\uFE07\uFE08\uFE09\uFE0A\uFE0B\uFE0C\uFE0D\uFE0E\uFE0F\uFEFF\uFFA0";

    private const char FirstCircled = '\u2460';
    private const char LastCircled = '\u24FF';

    private static readonly SearchValues<char> Marks = SearchValues.Create(
        "%\\&" + MathematicalSurrogate + Invisible + string.Concat(Enumerable.Range(FirstCircled, LastCircled - FirstCircled + 1).Select(character => (char)character)));

    private static readonly (string Name, char Character)[] References =
        [("amp", '&'), ("quot", '"'), ("apos", '\''), ("lt", '<'), ("gt", '>'), ("commat", '@'), ("period", '.'), ("plus", '+'), ("nbsp", ' '), ("shy", '\u00AD')];

    private Buffers _now;
    private Buffers _next;

    public ReadOnlySpan<char> Text => _now.Text.AsSpan(0, _now.Length);

    /// <summary>Whether a text reads otherwise than it is written. A percent sign alone, as in 42%, does not make it so: most logs have some.</summary>
    public static bool MayDiffer(ReadOnlySpan<char> text)
    {
        Span<char> decoded = stackalloc char[2];
        for (var at = 0; text[at..].IndexOfAny(Marks) is >= 0 and var offset; at++)
        {
            at += offset;
            if (Read(text[at..], decoded, out _) > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Decodes a text; false where it reads as it is written.</summary>
    public bool Decode(ReadOnlySpan<char> written)
    {
        Reserve(ref _now, written.Length);
        Reserve(ref _next, written.Length);
        if (!Pass(written, default, default, ref _next))
        {
            return false;
        }

        for (var pass = 1; pass <= MostPasses; pass++)
        {
            (_now, _next) = (_next, _now);
            if (pass == MostPasses || !Pass(Text, _now.Starts, _now.Ends, ref _next))
            {
                break;
            }
        }

        return true;
    }

    /// <summary>Where something that was found is written.</summary>
    public Finding Written(Finding finding)
    {
        var start = _now.Starts[finding.Start];
        return finding with { Start = start, Length = _now.Ends[finding.End - 1] - start };
    }

    /// <summary>Whether a place of the text as it is written is in the middle of how one character is written.</summary>
    public bool IsWithin(int position)
    {
        var index = Array.BinarySearch(_now.Starts, 0, _now.Length, position);
        return index < 0 && ~index > 0 && _now.Ends[~index - 1] > position;
    }

    public void Dispose()
    {
        Return(ref _now);
        Return(ref _next);
    }

    /// <summary>Undoes one layer; false where there is none.</summary>
    private static bool Pass(ReadOnlySpan<char> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, ref Buffers output)
    {
        var (changed, length, at) = (false, 0, 0);
        Span<char> decoded = stackalloc char[2];
        while (at < text.Length)
        {
            var run = text[at..].IndexOfAny(Marks);
            run = run < 0 ? text.Length - at : run;
            text.Slice(at, run).CopyTo(output.Text.AsSpan(length));
            for (var i = 0; i < run; i++)
            {
                (output.Starts[length + i], output.Ends[length + i]) = starts.IsEmpty ? (at + i, at + i + 1) : (starts[at + i], ends[at + i]);
            }

            (at, length) = (at + run, length + run);
            if (at == text.Length)
            {
                break;
            }

            var consumed = Read(text[at..], decoded, out var count);
            changed |= consumed > 0;
            if (consumed == 0)
            {
                (decoded[0], consumed, count) = (text[at], 1, 1);
            }

            for (var i = 0; i < count; i++, length++)
            {
                output.Text[length] = decoded[i];
                (output.Starts[length], output.Ends[length]) = starts.IsEmpty ? (at, at + consumed) : (starts[at], ends[at + consumed - 1]);
            }

            at += consumed;
        }

        output.Length = length;
        return changed;
    }

    /// <summary>What is written at the start of a text, if it is not written plainly.</summary>
    /// <returns>How long it is written; 0 where it is written plainly.</returns>
    private static int Read(ReadOnlySpan<char> rest, Span<char> decoded, out int count)
    {
        count = 1;
        switch (rest[0])
        {
            case '%':
                return ReadPercent(rest, decoded, out count);
            case '\\':
                return ReadEscape(rest, decoded);
            case '&':
                return ReadReference(rest, decoded, out count);
            case MathematicalSurrogate:
                return rest.Length > 1 && char.IsLowSurrogate(rest[1]) && Ornamental(char.ConvertToUtf32(rest[0], rest[1])) is { } letter ? Give(letter, 2, decoded) : 0;
            case >= FirstCircled and <= LastCircled:
                return Circled(rest[0]) is { } inside ? Give(inside, 1, decoded) : 0;
            default:
                count = 0;
                return 1;
        }
    }

    private static int Give(char character, int length, Span<char> decoded)
    {
        decoded[0] = character;
        return length;
    }

    private static char? Ornamental(int rune) => rune switch
    {
        >= FirstMathematicalDigit and <= LastMathematicalDigit => (char)('0' + ((rune - FirstMathematicalDigit) % 10)),
        >= FirstMathematicalLetter and < FirstMathematicalLetter + (13 * 2 * Letters) =>
            (char)((((rune - FirstMathematicalLetter) / Letters) % 2 == 0 ? 'A' : 'a') + ((rune - FirstMathematicalLetter) % Letters)),
        _ => null,
    };

    private static char? Circled(char character) => character switch
    {
        <= '\u2468' => (char)('1' + (character - FirstCircled)),
        '\u24EA' => '0',
        >= '\u24B6' and <= '\u24CF' => (char)('A' + (character - '\u24B6')),
        >= '\u24D0' and <= '\u24E9' => (char)('a' + (character - '\u24D0')),
        _ => null,
    };

    private static int ReadPercent(ReadOnlySpan<char> rest, Span<char> decoded, out int count)
    {
        Span<byte> utf8 = stackalloc byte[LongestUtf8];
        var bytes = 0;
        while (bytes < LongestUtf8 && TryHex(rest, (3 * bytes) + 1, 2, out var value) && rest[3 * bytes] == '%' && (bytes == 0 || value is >= 0x80 and < 0xC0))
        {
            utf8[bytes++] = (byte)value;
            if (utf8[0] < 0x80)
            {
                break;
            }
        }

        count = 0;
        if (bytes == 0 || utf8[0] == 0 || Rune.DecodeFromUtf8(utf8[..bytes], out var rune, out var consumed) != OperationStatus.Done)
        {
            return 0;
        }

        count = rune.EncodeToUtf16(decoded);
        return 3 * consumed;
    }

    private static int ReadEscape(ReadOnlySpan<char> rest, Span<char> decoded)
    {
        if (rest.Length < 2)
        {
            return 0;
        }

        switch (rest[1])
        {
            case '\\' or '"' or '\'' or '/':
                return Give(rest[1], 2, decoded);
            case 'n' or 'r' or 'f' or 'v':
                return Give('\n', 2, decoded);
            case 't' or 'b':
                return Give('\t', 2, decoded);
            case 'u' when TryHex(rest, 2, 4, out var unit) && unit > 0:
                return Give((char)unit, 6, decoded);
            case 'x' when TryHex(rest, 2, 2, out var code) && code > 0:
                return Give((char)code, 4, decoded);
            default:
                return 0;
        }
    }

    private static int ReadReference(ReadOnlySpan<char> rest, Span<char> decoded, out int count)
    {
        count = 1;
        var end = rest[..Math.Min(rest.Length, LongestReference)].IndexOf(';');
        if (end < 3)
        {
            return 0;
        }

        var name = rest[1..end];
        if (name[0] != '#')
        {
            foreach (var (known, character) in References)
            {
                if (name.SequenceEqual(known))
                {
                    return Give(character, end + 1, decoded);
                }
            }

            return 0;
        }

        var isHex = name[1] is 'x' or 'X';
        if (!int.TryParse(name[(isHex ? 2 : 1)..], isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value == 0 || !Rune.TryCreate(value, out var rune))
        {
            return 0;
        }

        count = rune.EncodeToUtf16(decoded);
        return end + 1;
    }

    private static bool TryHex(ReadOnlySpan<char> text, int start, int length, out int value)
    {
        value = 0;
        if (text.Length < start + length)
        {
            return false;
        }

        foreach (var character in text.Slice(start, length))
        {
            if (!char.IsAsciiHexDigit(character))
            {
                return false;
            }

            value = (value << 4) | (char.IsAsciiDigit(character) ? character - '0' : (character | 0x20) - 'a' + 10);
        }

        return true;
    }

    private static void Reserve(ref Buffers buffers, int length)
    {
        if (buffers.Text is null || buffers.Text.Length < length)
        {
            Return(ref buffers);
            buffers = new Buffers { Text = ArrayPool<char>.Shared.Rent(length), Starts = ArrayPool<int>.Shared.Rent(length), Ends = ArrayPool<int>.Shared.Rent(length) };
        }
    }

    private static void Return(ref Buffers buffers)
    {
        if (buffers.Text is not null)
        {
            ArrayPool<char>.Shared.Return(buffers.Text, clearArray: true);
            ArrayPool<int>.Shared.Return(buffers.Starts);
            ArrayPool<int>.Shared.Return(buffers.Ends);
            buffers = default;
        }
    }

    /// <summary>A text, and where each of its characters begins and ends as it is written.</summary>
    private struct Buffers
    {
        public char[] Text;
        public int[] Starts;
        public int[] Ends;
        public int Length;
    }
}
