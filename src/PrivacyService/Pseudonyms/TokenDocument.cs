using System.Buffers;
using System.Text.Json;
using PrivacyService.Documents;
using PrivacyService.StandIns;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>The next token at or after <paramref name="start"/>, and how long it is; -1 when there is none. The last 28 characters stand for the value.</summary>
internal delegate int TokenSearch(ReadOnlySpan<char> text, int start, out PseudonymToken token, out int length);

/// <summary>A document with pseudonyms in it: where they stand, and the document again with the originals in their place.</summary>
internal sealed class TokenDocument
{
    private readonly ReadOnlyMemory<byte> _json;
    private readonly List<Occurrence> _occurrences = [];
    private readonly HashSet<TokenKey> _tokens = [];
    private char[] _text = new char[256];

    private readonly TokenSearch _search;

    private TokenDocument(ReadOnlyMemory<byte> json, TokenSearch search) => (_json, _search) = (json, search);

    public IReadOnlyCollection<TokenKey> Tokens => _tokens;

    /// <exception cref="InvalidDocumentException">The document is not JSON.</exception>
    public static TokenDocument Scan(ReadOnlyMemory<byte> json, TokenSearch search)
    {
        JsonText.RequireUtf8(json.Span);
        var document = new TokenDocument(json, search);
        var reader = new Utf8JsonReader(json.Span, JsonText.ReaderOptions);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    document.ScanString(ref reader);
                }
            }
        }
        catch (JsonException exception)
        {
            throw JsonText.Malformed(exception);
        }

        return document;
    }

    /// <summary>Puts originals in the place of the tokens that were found; leaves the others.</summary>
    /// <returns>How many were put back; -1 when the document would become longer than <paramref name="limit"/>.</returns>
    public int Restore(VaultAnswer answer, int limit, IBufferWriter<byte> output)
    {
        var json = _json.Span;
        var copied = 0;
        var restored = 0;
        var length = 0L;
        foreach (var occurrence in _occurrences)
        {
            if (answer.Find(occurrence.Key, out var kind, out var written) != ReadOutcome.Found)
            {
                continue;
            }

            var quotes = occurrence.WholeString && kind == ValueKind.Literal ? 1 : 0;
            var end = kind == ValueKind.Mailbox ? occurrence.DomainEnd : occurrence.End;
            var kept = json[copied..(occurrence.Start - quotes)];
            length += kept.Length + written.Length;
            if (length > limit)
            {
                return -1;
            }

            output.Write(kept);
            output.Write(written);
            copied = end + quotes;
            restored++;
        }

        if (length + json.Length - copied > limit)
        {
            return -1;
        }

        output.Write(json[copied..]);
        return restored;
    }

    private void ScanString(ref Utf8JsonReader reader)
    {
        if (_text.Length < reader.ValueSpan.Length)
        {
            _text = new char[Math.Max(reader.ValueSpan.Length, _text.Length * 2)];
        }

        ReadOnlySpan<char> text = _text.AsSpan(0, JsonText.Decode(ref reader, _text));
        var start = (int)reader.TokenStartIndex + 1;
        var written = new WrittenPosition(reader.ValueSpan);
        var at = _search(text, 0, out var token, out var length);
        while (at >= 0)
        {
            var from = start + written.Of(at);
            uint escaped = 0;
            for (var i = 0; i < PseudonymToken.BodyLength; i++)
            {
                written.Of(at + length - PseudonymToken.BodyLength + i);
                escaped |= written.IsEscaped ? 1u << i : 0;
            }

            var end = at + length;
            var key = new TokenKey(token, Spelling.FromMask(escaped));
            var to = start + written.Of(end);
            var domain = MailboxStandIn.DomainLength(text[end..]);
            _occurrences.Add(new Occurrence(key, from, to, domain > 0 ? start + written.Of(end + domain) : to, WholeString: at == 0 && end == text.Length));
            _tokens.Add(key);
            at = _search(text, end, out token, out length);
        }
    }

    /// <param name="DomainEnd">Where the domain ends that follows the token, should it belong to it.</param>
    private readonly record struct Occurrence(TokenKey Key, int Start, int End, int DomainEnd, bool WholeString);
}
