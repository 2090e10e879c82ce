namespace PrivacyService.Aws;

/// <summary>How a value without quotes may stand.</summary>
internal enum NameStyle
{
    /// <summary>Not at all.</summary>
    Quoted,

    /// <summary>Up to a blank.</summary>
    Word,

    /// <summary>As the last of its line or list, as in YAML: <c>bucket: where things are kept</c> is prose.</summary>
    Line,

    /// <summary>In a table's cell, where a name must have a digit, hyphen or underscore: the next column's heading has none.</summary>
    Cell,
}

/// <summary>The name of a resource as a whole value: in quotes up to their end, without quotes up to a blank.</summary>
internal static class NameValue
{
    private const int Longest = 256;
    private const int Shortest = 2;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> NoNames = new[]
    {
        "null", "true", "false", "none", "None", "undefined", "nil", "string", "String", "default",
    }.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <returns>Where the value ends, or zero when it is no name.</returns>
    public static int Find(ReadOnlySpan<char> text, int start, char quote, NameStyle style, AwsType type, FindingList findings)
    {
        var end = start;
        while (true)
        {
            var character = Written.Read(text, end, out var length);
            if (quote != '\0' ? character == quote : IsEnd(character))
            {
                break;
            }

            if (length == 0 || end - start > Longest || !IsNameCharacter(character, quote != '\0'))
            {
                return 0;
            }

            end += length;
        }

        var value = text[start..end];
        if (value.Length < Shortest || value.StartsWith("arn:", StringComparison.Ordinal) || value.StartsWith("arn%", StringComparison.Ordinal)
            || NoNames.Contains(value) || !value.ContainsAny(Characters.Letters))
        {
            return 0;
        }

        if (quote == '\0' && ((style == NameStyle.Line && GoesOn(text, end)) || (style == NameStyle.Cell && !IsDistinctive(value))))
        {
            return 0;
        }

        if (type == AwsTypes.Bucket && !Bucket.IsValid(value))
        {
            return 0;
        }

        AddParts(text, start, end, type, findings);
        return end;
    }

    private static void AddParts(ReadOnlySpan<char> text, int start, int end, AwsType type, FindingList findings)
    {
        var part = start;
        for (var at = start; at <= end;)
        {
            var character = Written.Read(text[..end], at, out var length);
            if (length == 1 && Written.IsUnreserved(character))
            {
                at++;
                continue;
            }

            ArnResource.AddName(text, part, at, type, findings);
            at += Math.Max(1, length);
            part = at;
        }
    }

    private static bool IsNameCharacter(char character, bool isQuoted) =>
        Written.IsUnreserved(character) || character is '/' or '@' || (isQuoted && character is '+' or '=' or ':');

    private static bool GoesOn(ReadOnlySpan<char> text, int end)
    {
        var rest = text[end..].TrimStart(' ');
        return rest.Length < text.Length - end && !rest.IsEmpty && Written.IsUnreserved(rest[0]);
    }

    private static bool IsDistinctive(ReadOnlySpan<char> value) => value.ContainsAny('-', '_') || value.ContainsAny(Characters.Digits);

    private static bool IsEnd(char character) =>
        character is '\0' or ' ' or '\t' or '\n' or '\r' or ',' or ';' or ')' or ']' or '}' or '<' or '|' or '&' || Written.IsQuote(character);
}
