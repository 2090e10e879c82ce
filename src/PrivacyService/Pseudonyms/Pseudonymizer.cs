using System.Buffers;
using System.Text.RegularExpressions;
using PrivacyService.Detection;
using PrivacyService.Masking;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>Replaces personal data in JSON by pseudonyms.</summary>
internal sealed class Pseudonymizer(DetectionEngine detection, VaultWriter vault, Unmasker unmasker, PrivacyMetrics metrics)
{
    /// <summary>One document, also kept whole under <paramref name="callId"/>.</summary>
    public Task<Pseudonymized> DocumentAsync(
        DataOwner owner, string callId, ReadOnlyMemory<byte> document, PseudonymRules rules, CancellationToken cancellationToken)
    {
        DocumentRewriter? rewriter = null;
        return ReplaceAsync(
            owner,
            rules.Scope ?? PseudonymScope.OfCall(callId),
            rules,
            (made, output) => (rewriter = made).Rewrite(document.Span, mustBeObject: false, output),
            subject => new KeptDocument(
                callId, subject.DocumentSealer().Seal(rewriter!.WithoutSecrets(document.Span), DocumentBinding.Of(owner, callId))),
            document,
            cancellationToken);
    }

    /// <summary>A JSON object per line.</summary>
    public Task<Pseudonymized> LinesAsync(
        DataOwner owner, PseudonymScope scope, ReadOnlyMemory<byte> lines, PseudonymRules rules, CancellationToken cancellationToken) =>
        ReplaceAsync(
            owner,
            scope,
            rules,
            (rewriter, output) => LinesRewriter.Rewrite(lines.Span, rewriter, output),
            kept: null,
            lines,
            cancellationToken);

    private async Task<Pseudonymized> ReplaceAsync(
        DataOwner owner,
        PseudonymScope scope,
        PseudonymRules rules,
        Action<DocumentRewriter, IBufferWriter<byte>> rewrite,
        Func<SubjectKey, KeptDocument>? kept,
        ReadOnlyMemory<byte> text,
        CancellationToken cancellationToken)
    {
        using var known = rules.Style == MaskStyle.Format ? await unmasker.StandInsInAsync(owner, text, scope, cancellationToken) : null;
        DocumentRewriter? rewriter = null;
        var (written, replaced, expiresAt) = await vault.WriteAsync(owner, scope, rules.TimeToLive, Rewrite, kept, cancellationToken);
        metrics.Replaced(replaced);
        return new Pseudonymized(written, replaced, expiresAt, rewriter!.Types);

        ReadOnlyMemory<byte> Rewrite(PseudonymBatch batch)
        {
            var output = new ArrayBufferWriter<byte>(text.Length + (text.Length / 4) + 256);
            using var writer = new PseudonymWriter(batch, known);
            try
            {
                rewrite(rewriter = new DocumentRewriter(detection, rules, writer), output);
            }
            catch (RegexMatchTimeoutException)
            {
                throw DetectionRulesBuilder.TooSlow();
            }

            return output.WrittenMemory;
        }
    }
}
