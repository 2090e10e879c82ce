using System.Buffers;

namespace PrivacyService.Detection.Recognisers;

/// <summary>What the characters of keys and tokens are.</summary>
internal static class Credential
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(Alphanumeric + "-_");
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(Alphanumeric + "-._~+/=");

    /// <summary>How many characters of base64url stand at the beginning, a hyphen at the end not counted; <paramref name="most"/> at most.</summary>
    public static int KeyLength(ReadOnlySpan<char> text, int most)
    {
        var length = Length(text, most, KeyCharacters);
        while (length > 0 && text[length - 1] == '-')
        {
            length--;
        }

        return length;
    }

    /// <summary>The same for what may follow <c>Bearer</c> (token68, RFC 9110, section 11.2), a full stop at the end not counted.</summary>
    public static int TokenLength(ReadOnlySpan<char> text, int most)
    {
        var length = Length(text, most, TokenCharacters);
        while (length > 0 && text[length - 1] == '.')
        {
            length--;
        }

        return length;
    }

    /// <summary>Words joined by hyphens or underscores are a name; a key mixes letters with digits.</summary>
    public static bool LooksRandom(ReadOnlySpan<char> key) =>
        key.ContainsAnyInRange('0', '9') && (key.ContainsAnyInRange('a', 'z') || key.ContainsAnyInRange('A', 'Z'));

    private static int Length(ReadOnlySpan<char> text, int most, SearchValues<char> characters)
    {
        text = text[..Math.Min(text.Length, most)];
        var length = text.IndexOfAnyExcept(characters);
        return length < 0 ? text.Length : length;
    }
}
