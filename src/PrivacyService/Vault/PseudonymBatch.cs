using System.Buffers;
using System.Text;
using PrivacyService.Documents;
using PrivacyService.StandIns;
using PrivacyService.Tokens;

namespace PrivacyService.Vault;

/// <summary>
/// The pseudonyms that one call makes: gives each value its token and keeps what the vault has to hold, sealed already. Nothing
/// made here may leave the service before the vault has it.
/// </summary>
/// <param name="claims">Where some are known already, from an earlier attempt at the same call.</param>
internal sealed class PseudonymBatch(ScopeKeys keys, int mostValues, StandInClaims? claims = null)
{
    private const int MostProbes = 16;

    /// <summary>Repeated ones counted each time. It is what bounds the length of what is written: a pseudonym may be ten times as long as its value.</summary>
    private const int MostReplaced = 1_000_000;

    /// <summary>In bytes; what is longer comes seldom.</summary>
    private const int LongestRemembered = 256;

    private static readonly byte[] PseudonymPrefix = "psn_"u8.ToArray();

    private readonly List<(TokenKey Key, byte[] Sealed)> _entries = [];
    private readonly HashSet<TokenKey> _plain = [];
    private readonly Dictionary<TokenKey, UInt128> _spelled = [];

    /// <summary>What a value got when it came before, so that one which comes often is hashed and written down once.</summary>
    private readonly Dictionary<string, TokenKey>.AlternateLookup<ReadOnlySpan<char>> _replaced =
        new Dictionary<string, TokenKey>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public ScopeKeys Keys => keys;

    /// <summary>Whose turn it is where stand-ins are few.</summary>
    public StandInClaims Claims { get; } = claims ?? new StandInClaims(keys);

    /// <summary>Values replaced, repeated ones counted each time.</summary>
    public int Replaced { get; private set; }

    /// <summary>Entries for the vault.</summary>
    public int Count => _entries.Count;

    /// <summary>Writes the pseudonym of a value in the place of that value as it was written, without quotes.</summary>
    public void Replace(ValueKind kind, ReadOnlySpan<byte> written, IBufferWriter<byte> output) => Replace(kind, written, PseudonymPrefix, output);

    /// <inheritdoc cref="Replace(ValueKind, ReadOnlySpan{byte}, IBufferWriter{byte})"/>
    /// <param name="prefix">What goes before the characters that stand for the value, in ASCII.</param>
    public void Replace(ValueKind kind, ReadOnlySpan<byte> written, ReadOnlySpan<byte> prefix, IBufferWriter<byte> output)
    {
        CountReplaced();
        WriteToken(KeyOf(kind, written), prefix, output);
    }

    /// <summary>Keeps a value, written in the plainest way, under the stand-in that is written in its place.</summary>
    public void AddStandIn(ReadOnlySpan<char> standIn, ValueKind kind, ReadOnlySpan<byte> written)
    {
        CountReplaced();
        AddPlain(keys.TokenOfStandIn(standIn), kind, written);
    }

    public (TokenKey Key, byte[] Sealed) this[int index] => _entries[index];

    private void CountReplaced()
    {
        if (++Replaced > MostReplaced)
        {
            throw new TooManyValuesException(MostReplaced, areDistinct: false);
        }
    }

    private TokenKey KeyOf(ValueKind kind, ReadOnlySpan<byte> written)
    {
        if (written.Length > LongestRemembered)
        {
            return Add(kind, written);
        }

        Span<char> name = stackalloc char[LongestRemembered + 1];
        name = name[..(Encoding.Latin1.GetChars(written, name) + 1)];
        name[^1] = (char)kind;
        if (!_replaced.TryGetValue(name, out var key))
        {
            key = Add(kind, written);
            _replaced[name] = key;
        }

        name.Clear();
        return key;
    }

    private TokenKey Add(ValueKind kind, ReadOnlySpan<byte> written) =>
        written.Contains((byte)'\\') ? AddEscaped(kind, written) : AddPlain(kind, written, written);

    private TokenKey AddPlain(ValueKind kind, ReadOnlySpan<byte> value, ReadOnlySpan<byte> written) =>
        AddPlain(keys.TokenOf(kind, value), kind, written);

    private TokenKey AddPlain(PseudonymToken token, ValueKind kind, ReadOnlySpan<byte> written)
    {
        var key = new TokenKey(token, Spelling.Plain);
        if (_plain.Add(key))
        {
            Add(key, kind, written);
        }

        return key;
    }

    private TokenKey AddEscaped(ValueKind kind, ReadOnlySpan<byte> written)
    {
        var value = ArrayPool<byte>.Shared.Rent(written.Length);
        var plainest = ArrayPool<byte>.Shared.Rent(written.Length * JsonText.LongestEscape);
        try
        {
            var (length, isPlain) = JsonText.Unescape(written, value);
            if (isPlain)
            {
                return AddPlain(kind, value.AsSpan(0, length), written);
            }

            // The plainest spelling is kept beside the one at hand: a token whose escapes were lost on the way still has its value.
            var plain = AddPlain(kind, value.AsSpan(0, length), plainest.AsSpan(0, JsonText.Escape(value.AsSpan(0, length), plainest)));
            return AddSpelled(plain, kind, written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(value, clearArray: true);
            ArrayPool<byte>.Shared.Return(plainest, clearArray: true);
        }
    }

    private TokenKey AddSpelled(TokenKey plain, ValueKind kind, ReadOnlySpan<byte> written)
    {
        var hash = keys.WrittenHash(written);
        var key = plain with { Spelling = Spelling.FromHash((uint)hash) };
        for (var probe = 0; probe < MostProbes; probe++)
        {
            if (_spelled.TryAdd(key, hash))
            {
                Add(key, kind, written);
                return key;
            }

            if (_spelled[key] == hash)
            {
                return key;
            }

            key = key with { Spelling = key.Spelling.Next() };
        }

        // One value written in hundreds of ways: giving back the very bytes goes before calling it by one name.
        return AddPlain(new PseudonymToken(keys.Scope, hash), kind, written);
    }

    private void Add(TokenKey key, ValueKind kind, ReadOnlySpan<byte> written)
    {
        if (_entries.Count == mostValues)
        {
            throw new TooManyValuesException(mostValues, areDistinct: true);
        }

        var content = ArrayPool<byte>.Shared.Rent(written.Length + 1);
        content[0] = (byte)kind;
        written.CopyTo(content.AsSpan(1));
        _entries.Add((key, keys.Seal(key, content.AsSpan(0, written.Length + 1))));
        ArrayPool<byte>.Shared.Return(content, clearArray: true);
    }

    private static void WriteToken(TokenKey key, ReadOnlySpan<byte> prefix, IBufferWriter<byte> output)
    {
        output.Write(prefix);
        Span<byte> body = stackalloc byte[PseudonymToken.BodyLength];
        key.Token.WriteBody(body);
        if (key.Spelling == Spelling.Plain)
        {
            output.Write(body);
            return;
        }

        for (var i = 0; i < PseudonymToken.BodyLength; i++)
        {
            var destination = output.GetSpan(JsonText.LongestEscape);
            if ((key.Spelling.EscapedCharacters & (1u << i)) == 0)
            {
                destination[0] = body[i];
                output.Advance(1);
                continue;
            }

            destination[0] = (byte)'\\';
            output.Advance(1 + JsonText.EscapeUnit(body[i], destination[1..]));
        }
    }
}
