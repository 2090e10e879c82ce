using System.Buffers;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Documents;
using PrivacyService.Restoring;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>Puts originals back. What is missing is always named: a document is never partly restored in silence.</summary>
internal sealed class Repersonalizer(PseudonymVault vault, MasterKeys master, RestoreGuard guard, PrivacyMetrics metrics, ILogger<Repersonalizer> logger)
{
    /// <summary>A token may stand for far more than its own 32 characters, and stand in a document many times.</summary>
    private const int LongestDocument = 32 * 1024 * 1024;

    private const int MostTokens = 100_000;
    private const int MostScopes = 200;

    /// <summary>A document with tokens anywhere in its strings.</summary>
    /// <param name="search">Which tokens are looked for.</param>
    public async Task<RepersonalizeResponse> DocumentAsync(
        RestoreCall call, ReadOnlyMemory<byte> json, TokenSearch search, PseudonymScope? scope, RestoreMode mode, CancellationToken cancellationToken)
    {
        var document = Scan(json, search);
        ScopeTag? only = scope is { } named ? master.Tag(call.Owner, named) : null;
        var wanted = document.Tokens.Where(token => only is null || token.Token.Scope == only).ToArray();
        if (wanted.Length > MostTokens || wanted.DistinctBy(token => token.Token.Scope).Count() > MostScopes)
        {
            throw Unprocessable(
                "too_many_pseudonyms", "Too many pseudonyms", $"Restore at most {MostTokens} pseudonyms of {MostScopes} scopes at once. Split the document.");
        }

        var answer = wanted.Length == 0 ? new VaultAnswer() : await vault.ReadAsync(call.Owner, wanted, cancellationToken);
        foreach (var token in document.Tokens.Except(wanted))
        {
            answer.Add(token, ReadOutcome.Unknown, null);
        }

        if (answer.Any(ReadOutcome.Damaged))
        {
            throw Damaged();
        }

        var missing = document.Tokens
            .Where(token => answer.Find(token, out _, out _) != ReadOutcome.Found)
            .Select(token => token.Token.ToString()).Distinct().ToArray();
        if (mode == RestoreMode.Strict && missing.Length > 0)
        {
            throw PseudonymProblems.Missing(missing, answer.Any(ReadOutcome.Unknown));
        }

        await guard.AllowAsync(call, answer, cancellationToken);
        var output = new ArrayBufferWriter<byte>(json.Length + 256);
        var restored = document.Restore(answer, LongestDocument, output);
        if (restored < 0)
        {
            throw Unprocessable(
                "restored_too_large", "The restored document is too large", $"It would have more than {LongestDocument} bytes. Split the document.");
        }

        metrics.Restored(restored, missing.Length);
        return new RepersonalizeResponse(new RawJson(output.WrittenMemory), restored, missing);
    }

    public async Task<RepersonalizeResponse> WholeAsync(RestoreCall call, string callId, CancellationToken cancellationToken)
    {
        var answer = await vault.ReadDocumentAsync(call.Owner, callId, cancellationToken);
        if (answer.Document is { } document)
        {
            await guard.AllowAsync(call, document, cancellationToken);
        }

        return answer.Outcome switch
        {
            ReadOutcome.Found => new RepersonalizeResponse(new RawJson(answer.Document), Restored: null, []),
            ReadOutcome.Damaged => throw Damaged(),
            ReadOutcome.Expired => throw PseudonymProblems.Expired(),
            _ => throw PseudonymProblems.NotFound(),
        };
    }

    private static TokenDocument Scan(ReadOnlyMemory<byte> json, TokenSearch search)
    {
        try
        {
            return TokenDocument.Scan(json, search);
        }
        catch (InvalidDocumentException exception)
        {
            throw DocumentProblems.Invalid(exception);
        }
    }

    private ProblemException Damaged()
    {
        logger.StoredValueRefused();
        return VaultProblems.Damaged();
    }

    private static ProblemException Unprocessable(string code, string title, string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, code, title, detail);
}
