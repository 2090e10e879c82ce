using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Documents;
using PrivacyService.Pseudonyms;
using PrivacyService.Tokens;

namespace PrivacyService.Vault;

/// <summary>Makes pseudonyms and keeps their originals. What it returns may be shown: the vault has acknowledged every original by then.</summary>
internal sealed class VaultWriter(SubjectKeys subjects, MasterKeys master, PseudonymVault vault, IOptions<PseudonymOptions> options)
{
    /// <summary>An owner's key that was erased under a call is made anew; twice in one call it is not chance.</summary>
    private const int Attempts = 2;

    /// <summary>Replaces what <paramref name="make"/> says, and stores what it replaced.</summary>
    /// <param name="make">Writes the text with pseudonyms in it; again, from the start, where stand-ins are few or the owner's key was changed meanwhile.</param>
    /// <param name="document">The whole original, where it is to be kept as well.</param>
    /// <returns>What was made, how many values it replaced, and until when the originals are kept.</returns>
    /// <exception cref="ProblemException">The document cannot be read, is beyond a bound, or its owner was erased.</exception>
    public async Task<(T Made, int Replaced, DateTimeOffset ExpiresAt)> WriteAsync<T>(
        DataOwner owner,
        PseudonymScope scope,
        TimeSpan timeToLive,
        Func<PseudonymBatch, T> make,
        Func<SubjectKey, KeptDocument>? document,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var subject = await subjects.GetOrCreateAsync(owner, cancellationToken);
            using var keys = subject.ForScope(scope, master);
            var batch = new PseudonymBatch(keys, options.Value.MostValuesPerCall);
            var made = Make(make, batch);
            var (outcome, expiresAt) = (StoreOutcome.Stored, default(DateTimeOffset));
            if (batch.Claims.Wanted.Count > 0)
            {
                // It is not known before which of the few stand-ins there are these values get.
                outcome = await vault.ClaimAsync(subject, keys.Scope, batch.Claims, timeToLive, cancellationToken);
                batch = new PseudonymBatch(keys, options.Value.MostValuesPerCall, batch.Claims);
                made = outcome == StoreOutcome.Stored ? Make(make, batch) : made;
            }

            if (outcome == StoreOutcome.Stored)
            {
                (outcome, expiresAt) = await vault.StoreAsync(subject, batch, timeToLive, document?.Invoke(subject), cancellationToken);
            }

            switch (outcome)
            {
                case StoreOutcome.Stored:
                    return (made, batch.Replaced, expiresAt);
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

    private static T Make<T>(Func<PseudonymBatch, T> make, PseudonymBatch batch)
    {
        try
        {
            return make(batch);
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
                $"One call replaces at most {exception.Most} {(exception.AreDistinct ? "distinct values" : "values, repeated ones counted each time")}. Split what is sent.");
        }
    }
}
