using System.Buffers;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>Replaces personal data. What it returns may be shown: the vault has acknowledged every original by then.</summary>
internal sealed class Pseudonymizer(
    DetectionEngine detection,
    SubjectKeys subjects,
    MasterKeys master,
    PseudonymVault vault,
    IOptions<PseudonymOptions> options,
    PrivacyMetrics metrics)
{
    /// <summary>An owner's key that was erased under a call is made anew; twice in one call it is not chance.</summary>
    private const int Attempts = 2;

    /// <summary>One document, also kept whole under <paramref name="callId"/>.</summary>
    public Task<Pseudonymized> DocumentAsync(
        DataOwner owner, string callId, ReadOnlyMemory<byte> document, PseudonymRules rules, CancellationToken cancellationToken) =>
        ReplaceAsync(
            owner,
            rules.Scope ?? PseudonymScope.OfCall(callId),
            rules,
            (batch, output) => new DocumentRewriter(detection, rules, batch).Rewrite(document.Span, mustBeObject: false, output),
            subject => new KeptDocument(callId, subject.DocumentSealer().Seal(document.Span, DocumentBinding.Of(owner, callId))),
            document.Length,
            cancellationToken);

    /// <summary>A JSON object per line.</summary>
    public Task<Pseudonymized> LinesAsync(
        DataOwner owner, PseudonymScope scope, ReadOnlyMemory<byte> lines, PseudonymRules rules, CancellationToken cancellationToken) =>
        ReplaceAsync(
            owner,
            scope,
            rules,
            (batch, output) => LinesRewriter.Rewrite(lines.Span, new DocumentRewriter(detection, rules, batch), output),
            document: null,
            lines.Length,
            cancellationToken);

    private async Task<Pseudonymized> ReplaceAsync(
        DataOwner owner,
        PseudonymScope scope,
        PseudonymRules rules,
        Action<PseudonymBatch, IBufferWriter<byte>> rewrite,
        Func<SubjectKey, KeptDocument>? document,
        int length,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var subject = await subjects.GetOrCreateAsync(owner, cancellationToken);
            using var keys = subject.ForScope(scope, master);
            var batch = new PseudonymBatch(keys, options.Value.MostValuesPerCall);
            var output = new ArrayBufferWriter<byte>(length + (length / 4) + 256);
            Rewrite(rewrite, batch, output);

            var (outcome, expiresAt) = await vault.StoreAsync(subject, batch, rules.TimeToLive, document?.Invoke(subject), cancellationToken);
            switch (outcome)
            {
                case StoreOutcome.Stored:
                    metrics.Replaced(batch.Replaced);
                    return new Pseudonymized(output.WrittenMemory, batch.Replaced, expiresAt);
                case StoreOutcome.ScopeFull:
                    throw new ProblemException(
                        StatusCodes.Status422UnprocessableEntity,
                        "scope_full",
                        "The scope is full",
                        $"It holds {options.Value.MostValuesPerScope} values. Use another scope, such as one per request.");
                default:
                    subjects.Forget(owner);
                    break;
            }
        }

        throw Problems.Unavailable(
            TimeSpan.FromSeconds(1), "owner_key_changing", "The owner's key is changing", "Repeat the call; the owner's data is being erased.");
    }

    private static void Rewrite(Action<PseudonymBatch, IBufferWriter<byte>> rewrite, PseudonymBatch batch, IBufferWriter<byte> output)
    {
        try
        {
            rewrite(batch, output);
        }
        catch (InvalidDocumentException exception)
        {
            throw DocumentProblems.Invalid(exception);
        }
        catch (TooManyValuesException exception)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "too_many_values",
                "Too many values to replace",
                $"One call replaces at most {exception.Most} distinct values. Split the document.");
        }
    }
}
