using System.Buffers;

namespace PrivacyService.Tokens;

/// <summary>
/// <c>psn_</c> and 28 characters: 128 bits in Crockford's base32, then two check characters. The bits are a scope's tag and a
/// keyed hash of the value, so a token can neither be guessed nor worked back, and being of one length it is never the
/// beginning of another. Letter case does not matter in reading: what passes through a language model comes back altered.
/// </summary>
internal readonly record struct PseudonymToken(UInt128 Id)
{
    public const int Length = 32;
    public const int BodyLength = IdCharacters + TokenCheck.Length;

    public static readonly SearchValues<string> Prefixes = SearchValues.Create(["psn_"], StringComparison.OrdinalIgnoreCase);

    private const string Prefix = "psn_";
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int IdCharacters = 26;
    private const int BitsPerCharacter = 5;
    private const int ValueBits = 88;

    /// <summary>26 characters have room for 130 bits; the first carries three.</summary>
    private const int LargestFirst = 7;

    private static readonly sbyte[] Symbols = ReadAlphabet();

    public PseudonymToken(ScopeTag scope, UInt128 valueHash)
        : this(((UInt128)scope.Value << ValueBits) | (valueHash & ((UInt128.One << ValueBits) - 1)))
    {
    }

    public ScopeTag Scope => new((ulong)(Id >> ValueBits));

    /// <summary>Writes the 32 characters as ASCII.</summary>
    public void Write(Span<byte> utf8)
    {
        for (var i = 0; i < Prefix.Length; i++)
        {
            utf8[i] = (byte)Prefix[i];
        }

        WriteBody(utf8[Prefix.Length..]);
    }

    /// <summary>Writes the 28 characters after the prefix as ASCII.</summary>
    public void WriteBody(Span<byte> utf8)
    {
        Span<byte> symbols = stackalloc byte[BodyLength];
        var rest = Id;
        for (var i = IdCharacters - 1; i >= 0; i--)
        {
            symbols[i] = (byte)(rest & 31);
            rest >>= BitsPerCharacter;
        }

        TokenCheck.Compute(symbols[..IdCharacters], symbols[IdCharacters..]);
        for (var i = 0; i < BodyLength; i++)
        {
            utf8[i] = (byte)Alphabet[symbols[i]];
        }
    }

    /// <summary>Reads a token at the start of <paramref name="text"/>; false also when its check characters are wrong.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out PseudonymToken token)
    {
        token = default;
        return text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && TryReadBody(text[Prefix.Length..], out token);
    }

    /// <summary>Reads the 28 characters after a prefix at the start of <paramref name="text"/>; false also when its check characters are wrong.</summary>
    public static bool TryReadBody(ReadOnlySpan<char> text, out PseudonymToken token)
    {
        token = default;
        if (text.Length < BodyLength)
        {
            return false;
        }

        Span<byte> symbols = stackalloc byte[BodyLength];
        for (var i = 0; i < BodyLength; i++)
        {
            var character = text[i];
            if (character >= Symbols.Length || Symbols[character] < 0)
            {
                return false;
            }

            symbols[i] = (byte)Symbols[character];
        }

        Span<byte> check = stackalloc byte[TokenCheck.Length];
        TokenCheck.Compute(symbols[..IdCharacters], check);
        if (symbols[0] > LargestFirst || !check.SequenceEqual(symbols[IdCharacters..]))
        {
            return false;
        }

        UInt128 id = 0;
        foreach (var symbol in symbols[..IdCharacters])
        {
            id = (id << BitsPerCharacter) | symbol;
        }

        token = new PseudonymToken(id);
        return true;
    }

    /// <summary>Whether a token may hold the character after its prefix.</summary>
    public static bool IsOfBody(char character) => character < Symbols.Length && Symbols[character] >= 0;

    /// <summary>Whether the text is one token and nothing else.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => text.Length == Length && TryRead(text, out _);

    /// <summary>The next token at or after <paramref name="start"/>; -1 when there is none.</summary>
    public static int IndexOf(ReadOnlySpan<char> text, int start, out PseudonymToken token)
    {
        while (text[start..].IndexOfAny(Prefixes) is >= 0 and var offset)
        {
            start += offset;
            if (TryRead(text[start..], out token))
            {
                return start;
            }

            start += Prefix.Length;
        }

        token = default;
        return -1;
    }

    /// <inheritdoc cref="IndexOf(ReadOnlySpan{char}, int, out PseudonymToken)"/>
    public static int IndexOf(ReadOnlySpan<char> text, int start, out PseudonymToken token, out int length)
    {
        length = Length;
        return IndexOf(text, start, out token);
    }

    public override string ToString() => string.Create(Length, this, static (span, token) =>
    {
        Span<byte> utf8 = stackalloc byte[Length];
        token.Write(utf8);
        for (var i = 0; i < Length; i++)
        {
            span[i] = (char)utf8[i];
        }
    });

    private static sbyte[] ReadAlphabet()
    {
        var symbols = new sbyte[128];
        Array.Fill(symbols, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            symbols[Alphabet[i]] = (sbyte)i;
            symbols[char.ToUpperInvariant(Alphabet[i])] = (sbyte)i;
        }

        return symbols;
    }
}
