using System.Runtime.CompilerServices;
using PrivacyService.Detection.Recognisers;

namespace PrivacyService.Detection;

/// <summary>Sixteen kinds of neighbours that an anchor may have.</summary>
internal static class CharacterClasses
{
    public const int Count = 16;

    /// <summary>
    /// One character for each class: anything else or the edge of the text, white space, a letter of hexadecimal digits, another
    /// letter, a digit, x, and ten that stand for themselves (both quotes for one, both brackets for one).
    /// </summary>
    public const string Representatives = "\0 az5x.-:/_('=@+";

    private const int Other = 0;
    private const int OtherLetter = 3;

    private static readonly byte[] Ascii = [.. Enumerable.Range(0, 128).Select(character => (byte)Classify((char)character))];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int At(ReadOnlySpan<char> text, int index)
    {
        if ((uint)index >= (uint)text.Length)
        {
            return Other;
        }

        var character = text[index];
        var ascii = Ascii;
        return character < ascii.Length ? ascii[character] : Boundary.Joins(character) ? OtherLetter : Other;
    }

    private static int Classify(char character) => character switch
    {
        ' ' or '\t' or '\r' or '\n' => Representatives.IndexOf(' '),
        'x' or 'X' => Representatives.IndexOf('x'),
        ')' => Representatives.IndexOf('('),
        '"' => Representatives.IndexOf('\''),
        _ when char.IsAsciiDigit(character) => Representatives.IndexOf('5'),
        _ when char.IsAsciiHexDigit(character) => Representatives.IndexOf('a'),
        _ when char.IsAsciiLetter(character) => OtherLetter,
        _ => Math.Max(Other, Representatives.IndexOf(character)),
    };
}
