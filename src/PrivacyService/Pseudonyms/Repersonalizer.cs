using System.Buffers;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Documents;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>Puts originals back. What is missing is always named: a document is never partly restored in silence.</summary>
internal sealed class Repersonalizer(PseudonymVault vault, MasterKeys master, PrivacyMetrics metrics, ILogger<Repersonalizer> logger)
{
    /// <summary>A token may stand for far more than its own 32 characters, and stand in a document many times.</summary>
    private const int LongestDocument = 32 * 1024 * 1024;

    private const int MostTokens = 100_000;
    private const int MostScopes = 200;
    private const int MostNamed = 100;

    public async Task<RepersonalizeResponse> DocumentAsync(
        DataOwner owner, ReadOnlyMemory<byte> json, PseudonymScope? scope, RestoreMode mode, CancellationToken cancellationToken)
    {
        var document = Scan(json);
        ScopeTag? only = scope is { } named ? master.Tag(owner, named) : null;
        var wanted = document.Tokens.Where(token => only is null || token.Token.Scope == only).ToArray();
        if (wanted.Length > MostTokens || wanted.DistinctBy(token => token.Token.Scope).Count() > MostScopes)
        {
            throw Unprocessable(
                "too_many_pseudonyms", "Too many pseudonyms", $"Restore at most {MostTokens} pseudonyms of {MostScopes} scopes at once. Split the document.");
        }

        var answer = wanted.Length == 0 ? new VaultAnswer() : await vault.ReadAsync(owner, wanted, cancellationToken);
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
            throw Missing(missing, answer.Any(ReadOutcome.Unknown));
        }

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

    public async Task<RepersonalizeResponse> WholeAsync(DataOwner owner, string callId, CancellationToken cancellationToken)
    {
        var answer = await vault.ReadDocumentAsync(owner, callId, cancellationToken);
        return answer.Outcome switch
        {
            ReadOutcome.Found => new RepersonalizeResponse(new RawJson(answer.Document), Restored: null, []),
            ReadOutcome.Damaged => throw Damaged(),
            ReadOutcome.Expired => throw PseudonymProblems.Expired(),
            _ => throw PseudonymProblems.NotFound(),
        };
    }

    private static TokenDocument Scan(ReadOnlyMemory<byte> json)
    {
        try
        {
            return TokenDocument.Scan(json);
        }
        catch (InvalidDocumentException exception)
        {
            throw DocumentProblems.Invalid(exception);
        }
    }

    private static ProblemException Missing(string[] missing, bool unknown)
    {
        var problem = unknown
            ? new ProblemException(
                StatusCodes.Status404NotFound,
                "pseudonyms_not_found",
                "Pseudonyms without an original",
                $"{missing.Length} pseudonyms are not the owner's, or were removed. Take them out, or restore with mode lenient.")
            : new ProblemException(
                StatusCodes.Status410Gone,
                "pseudonyms_expired",
                "Pseudonyms have expired",
                $"The originals of {missing.Length} pseudonyms are no longer kept. Restore the others with mode lenient.");
        problem.Extensions["missing"] = missing.Take(MostNamed).ToArray();
        return problem;
    }

    private ProblemException Damaged()
    {
        logger.StoredValueRefused();
        return VaultProblems.Damaged();
    }

    private static ProblemException Unprocessable(string code, string title, string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, code, title, detail);
}
