using System.Buffers;
using System.Buffers.Binary;

namespace Platform.Contracts;

/// <summary>
/// Identifiers of the platform: a type prefix, an underscore and 26 characters, for example <c>tsk_01k9w3…</c>. The characters are a
/// UUIDv7 (RFC 9562) in Crockford's base32, lower case, so that identifiers made later sort later and none can be guessed from another.
/// </summary>
public static class PlatformId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int EncodedLength = 26;
    private static readonly SearchValues<char> AlphabetCharacters = SearchValues.Create(Alphabet);

    /// <summary>Makes a new identifier with the given type prefix, such as <c>usr</c>.</summary>
    public static string New(string prefix) => New(prefix, Guid.CreateVersion7());

    /// <summary>Makes a new identifier whose order is that of <paramref name="timestamp"/>.</summary>
    public static string New(string prefix, DateTimeOffset timestamp) => New(prefix, Guid.CreateVersion7(timestamp));

    /// <summary>
    /// Gives 16 bytes the form of an identifier, such as those of an HMAC: the same bytes, the same identifier. Its order means nothing.
    /// </summary>
    public static string Of(string prefix, ReadOnlySpan<byte> value) => New(prefix, new Guid(value, bigEndian: true));

    /// <summary>When an identifier was made, to the millisecond: one of <see cref="New(string)"/>, whose form was checked.</summary>
    public static DateTimeOffset TimeOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        UInt128 value = 0;
        foreach (var character in id.AsSpan()[^EncodedLength..])
        {
            value = (value << 5) | (uint)Alphabet.IndexOf(character, StringComparison.Ordinal);
        }

        // UUIDv7 begins with 48 bits of Unix milliseconds.
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(value >> 80));
    }

    /// <summary>Tells whether <paramref name="text"/> has the form of an identifier with that prefix.</summary>
    public static bool IsValid(string? text, string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (text is null || text.Length != prefix.Length + 1 + EncodedLength
            || !text.StartsWith(prefix, StringComparison.Ordinal) || text[prefix.Length] != '_')
        {
            return false;
        }

        return !text.AsSpan(prefix.Length + 1).ContainsAnyExcept(AlphabetCharacters);
    }

    private static string New(string prefix, Guid value)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return string.Create(prefix.Length + 1 + EncodedLength, (prefix, value), static (span, state) =>
        {
            state.prefix.CopyTo(span);
            span[state.prefix.Length] = '_';
            Span<byte> bytes = stackalloc byte[16];
            state.value.TryWriteBytes(bytes, bigEndian: true, out _);
            var rest = BinaryPrimitives.ReadUInt128BigEndian(bytes);
            for (var i = span.Length - 1; i > state.prefix.Length; i--)
            {
                span[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });
    }
}
