using System.Buffers;
using System.Text;
using PrivacyService.Detection;
using PrivacyService.StandIns;
using PrivacyService.Tokens;

namespace PrivacyService.Masking;

/// <summary>
/// Puts originals back into a text that arrives in pieces, cut anywhere. What may be the beginning of a mask waits for the rest of it, so that
/// no half of a mask leaves, and what leaves does not depend on how the text was cut. Not safe for concurrent use.
/// </summary>
/// <param name="insideJson">Whether the text is itself JSON, so that originals have to be written as in its strings.</param>
/// <param name="onlyStandIns">Whether masks that say what they are stay.</param>
internal sealed class StreamRestorer(MaskedValues values, bool insideJson, bool onlyStandIns = false)
{
    /// <summary>A stand-in, and what tells of one, is no longer.</summary>
    private const int LongestRun = 256;

    private const string WordCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Word = SearchValues.Create(WordCharacters);

    /// <summary>Of a host name, an ARN or encoded text, where what stands around tells what something is.</summary>
    private static readonly SearchValues<char> Run = SearchValues.Create(WordCharacters + ".:/%\\");

    private readonly ArrayBufferWriter<byte> _waiting = new(MaskToken.LongestLength);
    private char[] _text = [];
    private bool _isAfterDigit;

    /// <summary>Takes a piece of UTF-8 and writes what is sure by now: of the end, what may be a mask's beginning waits.</summary>
    /// <exception cref="Platform.Redis.RedisUnavailableException">Redis is away; nothing of the piece was written.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> piece, IBufferWriter<byte> output, CancellationToken cancellationToken) =>
        RestoreAsync(piece, isLast: false, output, cancellationToken);

    /// <summary>Writes what waited: the text is at its end, and what has no end is no mask.</summary>
    public ValueTask FinishAsync(IBufferWriter<byte> output, CancellationToken cancellationToken) => RestoreAsync(default, isLast: true, output, cancellationToken);

    private async ValueTask RestoreAsync(ReadOnlyMemory<byte> piece, bool isLast, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var utf8 = piece;
        if (_waiting.WrittenCount > 0)
        {
            _waiting.Write(piece.Span);
            utf8 = _waiting.WrittenSpan.ToArray();
            _waiting.ResetWrittenCount();
        }

        // One character for each byte: masks are ASCII, and nothing else is looked at.
        if (_text.Length < utf8.Length)
        {
            _text = new char[utf8.Length];
        }

        var length = Encoding.Latin1.GetChars(utf8.Span, _text);
        var text = _text.AsMemory(0, length);
        var ready = isLast ? length : UnfinishedFrom(text.Span);
        if (Find(text.Span[..ready]) is { Count: > 0 } found)
        {
            await values.LoadAsync(found, cancellationToken);
        }

        IReadOnlyList<Finding> candidates = [];
        if (values.StandIns is { } standIns)
        {
            // Of digits that were cut, the rest is no number.
            var from = _isAfterDigit ? text.Span.IndexOfAnyExceptInRange('0', '9') : 0;
            candidates = standIns.Find(text.Span, from < 0 ? length : from, ready);
            await standIns.LoadAsync(text.Span, cancellationToken);
        }

        var restored = Restore(text.Span, ready, candidates, utf8.Span, output);
        _isAfterDigit = restored > 0 ? char.IsAsciiDigit(text.Span[restored - 1]) : _isAfterDigit;
        _waiting.Write(utf8.Span[restored..]);
    }

    private HashSet<PseudonymToken>? Find(ReadOnlySpan<char> text)
    {
        HashSet<PseudonymToken>? found = null;
        for (var at = IndexOf(text, 0, out var token, out var length); at >= 0; at = IndexOf(text, at + length, out token, out length))
        {
            (found ??= []).Add(token);
        }

        return found;
    }

    private int IndexOf(ReadOnlySpan<char> text, int start, out PseudonymToken token, out int length)
    {
        (token, length) = (default, 0);
        return onlyStandIns ? -1 : MaskToken.IndexOf(text, start, out token, out length);
    }

    /// <summary>A stand-in has no end of its own: it may go on as long as letters and digits do, and what numbers are written with.</summary>
    private int UnfinishedFrom(ReadOnlySpan<char> text)
    {
        var unfinished = MaskToken.UnfinishedFrom(text);
        if (values.StandIns is null)
        {
            return unfinished;
        }

        unfinished = Math.Min(unfinished, NumberCandidates.UnfinishedFrom(text));
        var run = text[..unfinished].LastIndexOfAnyExcept(Run) + 1;
        if (unfinished - run <= LongestRun)
        {
            return run;
        }

        var word = text[..(unfinished - LongestRun)].LastIndexOfAnyExcept(Word);
        return Math.Max(Math.Max(word, 0), unfinished - (2 * LongestRun));
    }

    /// <returns>Where what was written ends: at <paramref name="ready"/>, or behind it where something goes on that began before.</returns>
    private int Restore(ReadOnlySpan<char> text, int ready, IReadOnlyList<Finding> candidates, ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        var (copied, next) = (0, 0);
        for (var at = IndexOf(text[..ready], 0, out var token, out var length); at >= 0; at = IndexOf(text[..ready], at + length, out token, out length))
        {
            copied = RestoreStandIns(text, copied, at, candidates, ref next, utf8, output);
            output.Write(utf8[copied..at]);
            copied = values.TryWrite(token, text[(at + length)..], insideJson, output, out var more) ? at + length + more : at;
        }

        copied = RestoreStandIns(text, copied, text.Length, candidates, ref next, utf8, output);
        ready = Math.Max(copied, ready);
        output.Write(utf8[copied..ready]);
        return ready;
    }

    private int RestoreStandIns(
        ReadOnlySpan<char> text, int copied, int end, IReadOnlyList<Finding> candidates, ref int next, ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        for (; next < candidates.Count && candidates[next].End <= end; next++)
        {
            var candidate = candidates[next];
            if (candidate.Start >= copied && values.StandIns!.Has(candidate, text))
            {
                output.Write(utf8[copied..candidate.Start]);
                values.TryWriteStandIn(candidate, text, insideJson, output);
                copied = candidate.End;
            }
        }

        return copied;
    }
}
