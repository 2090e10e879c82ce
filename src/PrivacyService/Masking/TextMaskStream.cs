using System.Buffers;
using System.Globalization;
using System.Text;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Activity;
using PrivacyService.Vault;

namespace PrivacyService.Masking;

/// <summary>
/// Masks a text as it arrives: memory is bounded by a piece, not by the text. A piece leaves when the vault has acknowledged its originals; when
/// that fails, or the text is not UTF-8, the connection is broken off, so that what was sent is not taken for the whole.
/// </summary>
internal sealed class TextMaskStream(Masker masker, DataOwner owner, MaskRules rules, CallActivity activity)
{
    /// <summary>1 GiB.</summary>
    public const int LongestText = 1024 * 1024 * 1024;

    /// <summary>The trailer that counts what was masked, for callers that take trailers.</summary>
    public const string CountTrailer = "Mask-Count";

    public const string ScopeHeader = "Mask-Scope";
    public const string ExpiresHeader = "Mask-Expires";

    /// <summary>In UTF-16 units.</summary>
    private const int Piece = 128 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Decoder _decoder = Strict.GetDecoder();

    public async Task RunAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Piece);
        var text = ArrayPool<char>.Shared.Rent((2 * TextMasker.Reach) + (2 * Piece));
        try
        {
            await RunAsync(context, bytes, text, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
            ArrayPool<char>.Shared.Return(text, clearArray: true);
        }
    }

    private async Task RunAsync(HttpContext context, byte[] bytes, char[] text, CancellationToken cancellationToken)
    {
        // What was masked stays in front for as far as what is found depends on it.
        var (length, from, masked) = (0, 0, 0);
        var types = new Dictionary<string, int>(StringComparer.Ordinal);
        bool isLast;
        do
        {
            var read = await context.Request.Body.ReadAtLeastAsync(bytes.AsMemory(0, Piece), Piece, throwOnEndOfStream: false, cancellationToken);
            isLast = read < Piece;
            length += Decode(bytes.AsSpan(0, read), text.AsSpan(length), isLast);

            // A finding with no end in sight is cut where the room ends.
            var ended = isLast || text.Length - length < Piece;
            var (begin, end, reached) = (from, length, 0);
            var result = await masker.TextAsync(
                owner, text.AsMemory(0, end), rules,
                (finder, writer, output) => reached = new TextMasker(finder, writer).Mask(text.AsSpan(0, end), begin, ended, output), cancellationToken);
            masked += result.Counts.Masked;
            foreach (var (type, times) in result.Counts.ByType)
            {
                types[type] = types.GetValueOrDefault(type) + times;
            }

            activity.Tell(rules.Scope, masked, types);
            if (!context.Response.HasStarted)
            {
                Begin(context.Response, result.ExpiresAt);
            }

            await context.Response.Body.WriteAsync(result.Utf8, cancellationToken);
            var keepFrom = Math.Max(0, reached - TextMasker.Reach);
            text.AsSpan(keepFrom, length - keepFrom).CopyTo(text);
            (length, from) = (length - keepFrom, reached - keepFrom);
        }
        while (!isLast);

        if (context.Response.SupportsTrailers())
        {
            context.Response.AppendTrailer(CountTrailer, masked.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Begin(HttpResponse response, DateTimeOffset expiresAt)
    {
        response.ContentType = MaskApi.TextMediaType + "; charset=utf-8";
        response.Headers[ScopeHeader] = rules.Scope.Name;
        response.Headers[ExpiresHeader] = expiresAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        if (response.SupportsTrailers())
        {
            response.DeclareTrailer(CountTrailer);
        }
    }

    private int Decode(ReadOnlySpan<byte> utf8, Span<char> text, bool isLast)
    {
        try
        {
            return _decoder.GetChars(utf8, text, flush: isLast);
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "invalid_text", "The text cannot be read", "Send UTF-8.");
        }
    }
}
