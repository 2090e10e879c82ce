using System.Collections.Frozen;

namespace UserService.Passwords;

/// <summary>
/// The passwords that are tried first: words, names, runs of keys and patterns from <c>CommonPasswords.txt</c>, also with digits and signs
/// before and after them, with letters replaced by signs that look like them, with spaces in between, and said twice.
/// </summary>
internal static class CommonPasswords
{
    /// <summary>A date has eight digits. What is longer is no ornament any more.</summary>
    private const int LongestAffix = 8;

    private const int ShortestEntry = 4;

    private static readonly FrozenSet<string> Entries = Load();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Entries.GetAlternateLookup<ReadOnlySpan<char>>();

    public static int Count => Entries.Count;

    public static bool Contains(string password)
    {
        var text = password.ToLowerInvariant();
        return HidesEntry(text) || HidesEntry(string.Concat(text.Where(character => character is not (' ' or '-' or '_' or '.'))));
    }

    /// <summary>Whether an entry remains without the digits and signs around it.</summary>
    private static bool HidesEntry(ReadOnlySpan<char> text)
    {
        var before = Math.Min(LongestAffix, CountUntilLetter(text, fromEnd: false));
        var after = Math.Min(LongestAffix, CountUntilLetter(text, fromEnd: true));
        for (var start = 0; start <= before; start++)
        {
            for (var end = 0; end <= Math.Min(after, LongestAffix - start); end++)
            {
                var length = text.Length - start - end;
                if (length >= ShortestEntry && IsEntry(text.Slice(start, length)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int CountUntilLetter(ReadOnlySpan<char> text, bool fromEnd)
    {
        var count = 0;
        while (count < text.Length && !char.IsLetter(fromEnd ? text[^(count + 1)] : text[count]))
        {
            count++;
        }

        return count;
    }

    private static bool IsEntry(ReadOnlySpan<char> text)
    {
        var half = text[..(text.Length / 2)];
        var once = text.Length % 2 == 0 && text[half.Length..].SequenceEqual(half) ? half : text;
        return Lookup.Contains(text) || Lookup.Contains(once) || IsEntryInDisguise(once, 'i') || IsEntryInDisguise(once, 'l');
    }

    /// <param name="text">As it was typed.</param>
    /// <param name="one">The letter that a 1 stands for.</param>
    private static bool IsEntryInDisguise(ReadOnlySpan<char> text, char one)
    {
        Span<char> plain = stackalloc char[AccountPasswords.MaxLength];
        if (text.Length > plain.Length)
        {
            return false;
        }

        plain = plain[..text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            plain[i] = text[i] switch
            {
                '0' => 'o', '1' or '!' or '|' => one, '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' or '+' => 't', '8' => 'b', '9' => 'g',
                var character => character,
            };
        }

        return Lookup.Contains(plain);
    }

    private static FrozenSet<string> Load()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonPasswords.txt")
            ?? throw new InvalidOperationException("The list of common passwords is not part of the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n')
            .Where(line => !line.StartsWith("# ", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToFrozenSet(StringComparer.Ordinal);
    }
}
