namespace PrivacyService.Aws;

/// <summary>Secrets, which look like any random text: known by what they stand beside, or by how AWS begins them.</summary>
internal static class Credentials
{
    private const int SecretLength = 40;
    private const int ShortestSession = 16;
    private const int MostSession = 8192;
    private const int Gap = 24;

    /// <summary>Base64 of what session tokens begin with.</summary>
    private static readonly string[] SessionStarts = ["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "FQoDYXdz"];

    /// <summary>A secret that follows its key id, as in the CSV that the console gives.</summary>
    /// <returns>Where to go on.</returns>
    public static int FindBeside(ReadOnlySpan<char> text, int end, FindingList findings)
    {
        var at = end;
        while (at - end < Gap && Written.Read(text, at, out var length) is ',' or ' ' or '\t' or '\n' or '\r' or ';' or ':' or '|' or '"' or '\'')
        {
            at += length;
        }

        return at > end && TrySecret(text, at, out var secretEnd) ? Add(AwsTypes.Secret, at, secretEnd, "beside an access key id", findings) : end;
    }

    /// <returns>Where the secret ends, or zero.</returns>
    public static int FindSecret(ReadOnlySpan<char> text, int at, FindingList findings) =>
        TrySecret(text, at, out var end) ? Add(AwsTypes.Secret, at, end, "the name before it", findings) : 0;

    /// <returns>Where the token ends, or zero.</returns>
    public static int FindSession(ReadOnlySpan<char> text, int at, FindingList findings)
    {
        if (MaskedText.IsIn(text.Slice(at, Math.Min(MaskedText.Longest, text.Length - at))))
        {
            return 0;
        }

        var end = at;
        var count = 0;
        while (count < MostSession && IsSecretCharacter(Written.Read(text, end, out var length), and: "=_-"))
        {
            end += length;
            count++;
        }

        return count >= ShortestSession ? Add(AwsTypes.Session, at, end, "the name before it", findings) : 0;
    }

    /// <param name="at">A letter that is rare elsewhere: the <c>Q</c> or the <c>X</c> of a token's start.</param>
    /// <returns>Where the token ends, or zero.</returns>
    public static int FindSessionStart(ReadOnlySpan<char> text, int at, FindingList findings)
    {
        var from = at - (text[at] == 'Q' ? 1 : 5);
        if (from < 0 || text[from] is not ('I' or 'F') || !Written.StartsWord(text, from))
        {
            return 0;
        }

        foreach (var start in SessionStarts)
        {
            if (text[from..].StartsWith(start, StringComparison.Ordinal))
            {
                return FindSession(text, from, findings);
            }
        }

        return 0;
    }

    /// <returns>Where 64 hex digits end, or zero.</returns>
    public static int FindHex(ReadOnlySpan<char> text, int at, AwsType type, FindingList findings)
    {
        var end = at + IdShape.CanonicalLength;
        return end <= text.Length && IdShape.IsHex(text[at..end]) && !Written.IsWordAt(text, end)
            ? Add(type, at, end, "the name before it", findings)
            : 0;
    }

    private static bool TrySecret(ReadOnlySpan<char> text, int at, out int end)
    {
        end = at;
        var (upper, lower, others) = (0, 0, 0);
        for (var i = 0; i < SecretLength; i++)
        {
            var character = Written.Read(text, end, out var length);
            if (!IsSecretCharacter(character, and: ""))
            {
                return false;
            }

            upper += char.IsAsciiLetterUpper(character) ? 1 : 0;
            lower += char.IsAsciiLetterLower(character) ? 1 : 0;
            others += char.IsAsciiLetter(character) ? 0 : 1;
            end += length;
        }

        // A commit is forty hex digits, all small.
        return upper > 0 && lower > 0 && others > 0 && !IsSecretCharacter(Written.Read(text, end, out _), and: "=");
    }

    private static bool IsSecretCharacter(char character, string and) =>
        char.IsAsciiLetterOrDigit(character) || character is '/' or '+' || and.Contains(character, StringComparison.Ordinal);

    private static int Add(AwsType type, int start, int end, string why, FindingList findings)
    {
        findings.Add(type, start, end - start, why);
        return end;
    }
}
